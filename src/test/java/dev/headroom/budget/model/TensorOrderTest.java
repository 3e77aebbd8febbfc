package dev.headroom.budget.model;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The order of `Module.to()` and of `Module.parameters()`.
class TensorOrderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swin_v2_small",
        "vit_b_16",
        "Gpt2Small",
        "t5",
        "bart",
        "llama_lora",
        "resnet18",
        "WideMlp"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
