package dev.headroom.budget.iteration;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Set-up, a cold step and the step that later ones repeat; micro-steps; evaluation.
class IterationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tied",
        "WideMlp",
        "mobilenet_v2",
        "resnet18",
        "Gpt2Small",
        "SplitNet",
        "frozen_vit_small",
        "vit_checkpointed"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
