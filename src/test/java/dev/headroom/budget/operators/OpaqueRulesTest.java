package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Operators without a type of their own.
class OpaqueRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "StackNet",
        "Vae",
        "LlamaSmall",
        "UNetBilinear",
        "Pyramid",
        "xcit_small",
        "resmlp_small",
        "swin_v2_small",
        "deeplabv3_mobilenet",
        "beit_small",
        "t5",
        "llama",
        "InPlace"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
