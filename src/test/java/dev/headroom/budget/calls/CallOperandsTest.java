package dev.headroom.budget.calls;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What autocast casts for a call that runs as several layers.
class CallOperandsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xcit_small",
        "frozen_vit_small",
        "swin_v2_small",
        "LlamaSmall",
        "llama",
        "t5",
        "bart",
        "Gpt2Small",
        "vit_unbind_small",
        "mobilevit_xxs"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
