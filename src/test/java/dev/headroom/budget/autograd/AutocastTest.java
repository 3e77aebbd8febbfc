package dev.headroom.budget.autograd;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Formats and half copies: transformers, norms and products under autocast.
class AutocastTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Gpt2Small",
        "LlamaSmall",
        "frozen_vit_small",
        "swin_v2_small",
        "xcit_small",
        "resnet18",
        "Vae",
        "llama",
        "t5",
        "WeightStd"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
