package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Norms, and what each saves.
class NormRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet18",
        "resnet18_groupnorm",
        "vgg16_bn",
        "Audio1d",
        "LlamaSmall",
        "UNet",
        "Instance",
        "Lrn",
        "Gpt2Small",
        "convnext_tiny",
        "llama",
        "WeightStd",
        "t5"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
