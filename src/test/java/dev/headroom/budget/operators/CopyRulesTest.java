package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Views, copies and what makes them.
class CopyRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Pyramid",
        "SliceHead",
        "shufflenet_v2_x1_0",
        "SplitNet",
        "StackNet",
        "UNetBilinear",
        "swin_v2_small",
        "xcit_small",
        "beit_small",
        "vit_b_16",
        "SuperRes",
        "Gpt2Small",
        "mobilevit_xxs"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
