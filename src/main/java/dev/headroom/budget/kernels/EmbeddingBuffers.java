package dev.headroom.budget.kernels;

import static dev.headroom.budget.kernels.KernelBuffers.together;

/// What the backward pass of an embedding holds beside the gradient of its table.
///
/// More than 3,072 indices are sorted, and the rows of each index summed ten at a time, in single
/// precision for halves. Source: `embedding_dense_backward_cuda` in `Embedding.cu`,
/// `embedding_backward_cuda_kernel` in `EmbeddingBackwardKernel.cu`.
public final class EmbeddingBuffers {

  private static final long MOST_UNSORTED = 3072;
  private static final long ROWS_AT_ONCE = 10;
  private static final long INDEX = 8;

  private EmbeddingBuffers() {}

  /// Bytes at once.
  ///
  /// @param indices how many rows were looked up
  /// @param rows of the table
  /// @param rowBytes of a row of sums
  /// @throws ArithmeticException if they do not fit a `long`
  public static long bytes(long indices, long rows, long rowBytes) {
    if (indices <= MOST_UNSORTED) {
      return 0;
    }
    long list = Math.multiplyExact(indices, INDEX);
    long parts = indices / ROWS_AT_ONCE + Math.min(indices, rows);
    return together(
        list,
        list,
        list,
        list,
        list,
        INDEX,
        INDEX,
        Math.multiplyExact(parts, INDEX),
        Math.multiplyExact(parts, rowBytes));
  }
}
