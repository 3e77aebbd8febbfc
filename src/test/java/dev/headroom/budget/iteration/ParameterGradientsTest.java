package dev.headroom.budget.iteration;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Gradients of parameters: taken over, summed, zeroed.
class ParameterGradientsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tied",
        "WideMlp",
        "mobilenet_v2",
        "resnet18",
        "GainNet",
        "LlamaSmall",
        "frozen_until_layer4_resnet50",
        "llama_lora"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
