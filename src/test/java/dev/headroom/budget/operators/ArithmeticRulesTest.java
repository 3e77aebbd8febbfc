package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sums, products and quotients, broadcast or not.
class ArithmeticRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GainNet",
        "SplitNet",
        "LlamaSmall",
        "StackNet",
        "convnext_tiny",
        "xcit_small",
        "resmlp_small",
        "Vae",
        "swin_v2_small",
        "mobilenet_v3_large",
        "t5",
        "Gpt2Small"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
