package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Pools, and what each saves.
class PoolRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alexnet",
        "vgg16",
        "resnet18",
        "squeezenet1_1",
        "densenet121",
        "UNet",
        "AutoEncoder",
        "Video3d",
        "Fpn",
        "Lrn",
        "efficientnet_b3",
        "Mixer"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
