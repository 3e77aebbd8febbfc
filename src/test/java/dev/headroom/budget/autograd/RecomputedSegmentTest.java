package dev.headroom.budget.autograd;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checkpointed modules run again in the backward pass, and stop early.
class RecomputedSegmentTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit_checkpointed",
        "Tied",
        "convnext_tiny",
        "densenet121",
        "resnet50",
        "vit_b_16",
        "mobilenet_v2",
        "WideMlp"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
