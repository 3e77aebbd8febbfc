package dev.headroom.budget.calls;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where inputs come from, through chains of views.
class LayerChainsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swin_v2_small",
        "xcit_small",
        "vit_b_16",
        "LlamaSmall",
        "frozen_vit_small",
        "SliceHead",
        "mobilevit_xxs",
        "beit_small",
        "shufflenet_v2_x1_0",
        "bart",
        "t5"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
