package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rule of each kind of layer.
class OperatorRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Audio1d",
        "GainNet",
        "SplitNet",
        "StackNet",
        "UNet",
        "Vae",
        "Gpt2Small",
        "LlamaSmall",
        "SuperRes",
        "Instance",
        "Lrn",
        "Preact",
        "Fpn",
        "swin_v2_small",
        "xcit_small"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
