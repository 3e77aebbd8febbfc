package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a rule is given.
class OperatorCallTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GainNet",
        "SplitNet",
        "Tied",
        "Gpt2Small",
        "Vae",
        "LlamaSmall",
        "WeightStd",
        "xcit_small",
        "llama"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
