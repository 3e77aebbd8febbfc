package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Activations, in place and not, and what each saves.
class ActivationRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mobilenet_v3_large",
        "mobilenet_v2",
        "Audio1d",
        "GainNet",
        "UNet",
        "Vae",
        "SplitNet",
        "efficientnet_b3",
        "regnet_y_400mf",
        "StackNet",
        "Mixer"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
