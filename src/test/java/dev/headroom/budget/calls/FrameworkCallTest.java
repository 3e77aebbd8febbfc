package dev.headroom.budget.calls;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls of several layers, whose arguments autocast casts.
class FrameworkCallTest {

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
        "Decoder"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
