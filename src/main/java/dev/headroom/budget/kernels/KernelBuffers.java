package dev.headroom.budget.kernels;

/// Buffers that a kernel holds at the same time.
final class KernelBuffers {

  private static final long BLOCK = 512;

  private KernelBuffers() {}

  /// All of them as one: each as large as its block, a multiple of 512 bytes.
  ///
  /// @throws ArithmeticException if that is more bytes than a `long` counts
  static long together(long... bytes) {
    long sum = 0;
    for (long one : bytes) {
      sum = Math.addExact(sum, roundedUp(one, BLOCK));
    }
    return sum;
  }

  /// The next multiple.
  static long roundedUp(long number, long multiple) {
    return Math.multiplyExact(Math.ceilDiv(number, multiple), multiple);
  }
}
