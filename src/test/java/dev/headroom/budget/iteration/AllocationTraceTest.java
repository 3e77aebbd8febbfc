package dev.headroom.budget.iteration;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a job allocates in set-up and in its steps.
class AllocationTraceTest {

  @ParameterizedTest
  @ValueSource(strings = {"Tied", "WideMlp", "resnet18", "SplitNet", "Gpt2Small"})
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}
