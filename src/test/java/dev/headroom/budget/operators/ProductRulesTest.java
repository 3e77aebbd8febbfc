package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Convolutions, linear layers, embeddings, products and recurrent layers.
class ProductRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WideMlp",
        "Vae",
        "UNet",
        "Audio1d",
        "Gpt2Small",
        "resnext50_32x4d",
        "SliceHead",
        "convnext_tiny",
        "Video3d",
        "WeightStd",
        "AutoEncoder",
        "llama_lora",
        "t5"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
