package dev.headroom.budget.kernels;

import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;

/// Buffers that a kernel holds at the same time.
public final class KernelBuffers {

  private static final long BLOCK = 512;

  private KernelBuffers() {}

  /// Notes the copies that a kernel makes of what does not lie in the order of its dimensions, and
  /// holds until it is done. Source: `expect_contiguous` and `contiguous` of its operands.
  public static void putInOrder(Pass pass, Tensor... operands) {
    long copies = 0;
    for (Tensor operand : operands) {
      if (operand.layout != Layout.CONTIGUOUS) {
        long bytes = Math.multiplyExact(operand.elements, (long) operand.dtype.bytes());
        copies = Math.addExact(copies, together(bytes));
      }
    }
    pass.log.kernelTemporary(copies);
  }

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
