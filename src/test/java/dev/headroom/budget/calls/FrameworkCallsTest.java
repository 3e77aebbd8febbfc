package dev.headroom.budget.calls;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls that are found among layers: linear, attention and their views.
class FrameworkCallsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xcit_small",
        "frozen_vit_small",
        "swin_v2_small",
        "llama",
        "t5",
        "bart",
        "bert_lora",
        "TextTransformer",
        "Decoder",
        "vit_b_16",
        "resmlp_small",
        "Mixer"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
