package dev.headroom.budget.iteration;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What modules keep of a first pass, and buffers that another one replaces.
class KeptValuesTest {

  @ParameterizedTest
  @ValueSource(strings = {"convit_tiny", "swin_v2_small"})
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
