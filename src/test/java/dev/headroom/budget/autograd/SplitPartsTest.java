package dev.headroom.budget.autograd;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Parts of one value: split, chunk and unbind.
class SplitPartsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SplitNet",
        "Gpt2Small",
        "vit_unbind_small",
        "LlamaSmall",
        "shufflenet_v2_x1_0",
        "mobilevit_xxs",
        "beit_small"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
