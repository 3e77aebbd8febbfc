package dev.headroom.budget.model;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// After which layer each result goes.
class LastUsesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SplitNet",
        "StackNet",
        "SliceHead",
        "swin_v2_small",
        "Gpt2Small",
        "LlamaSmall",
        "xcit_small",
        "bart",
        "t5",
        "densenet121"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
