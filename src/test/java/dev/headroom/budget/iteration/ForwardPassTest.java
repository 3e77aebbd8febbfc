package dev.headroom.budget.iteration;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How long results live, in training and evaluation.
class ForwardPassTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SplitNet",
        "StackNet",
        "Gpt2Small",
        "resnet18",
        "vit_checkpointed",
        "Tied",
        "LlamaSmall",
        "TextTransformer",
        "bart",
        "swin_v2_small",
        "TwoInputs"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
