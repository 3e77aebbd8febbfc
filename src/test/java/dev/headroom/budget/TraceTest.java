package dev.headroom.budget;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every allocation and release of set-up and three steps, as PyTorch made them.
class TraceTest {

  static List<PyTorchTrace> traces() {
    return PyTorchTrace.ALL;
  }

  @ParameterizedTest
  @MethodSource("traces")
  void comesOutEventByEvent(PyTorchTrace trace) {
    trace.assertEqual();
  }
}
