package dev.headroom.budget.iteration;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The batch and its targets.
class InputDataTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Audio1d",
        "TwoInputs",
        "Gpt2Small",
        "LlamaSmall",
        "Video3d",
        "Decoder",
        "resnet18",
        "TextTransformer"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
