package dev.headroom.budget.iteration;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The order of the backward pass, and gradients that are summed.
class BackwardPassTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SplitNet",
        "StackNet",
        "GainNet",
        "Gpt2Small",
        "Tied",
        "resnet18",
        "densenet121",
        "vit_checkpointed",
        "LlamaSmall",
        "WideMlp"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
