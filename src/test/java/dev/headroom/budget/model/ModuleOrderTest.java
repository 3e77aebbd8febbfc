package dev.headroom.budget.model;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The order in which modules are registered.
class ModuleOrderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swin_v2_small",
        "vit_b_16",
        "TextTransformer",
        "bart",
        "Decoder",
        "deeplabv3_mobilenet",
        "resnet18",
        "frozen_vit_small"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
