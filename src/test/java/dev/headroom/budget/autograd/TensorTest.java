package dev.headroom.budget.autograd;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// References that are counted as PyTorch counts them.
class TensorTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SplitNet",
        "GainNet",
        "Gpt2Small",
        "vit_b_16",
        "LlamaSmall",
        "SliceHead",
        "StackNet",
        "densenet121",
        "t5",
        "xcit_small",
        "swin_v2_small"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
