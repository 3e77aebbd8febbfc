package dev.headroom.budget.kernels;

import static dev.headroom.budget.kernels.KernelBuffers.together;

/// The sum over the rows of a matrix on a GPU, as of a bias' gradient. Thread blocks that share a
/// column stage their parts in memory that PyTorch's allocator gives the kernel. Source:
/// `setReduceConfig` and `global_memory_size` in `aten/src/ATen/native/cuda/Reduce.cuh`.
///
/// @param rows that are summed
/// @param columns that have a sum each, side by side in memory
/// @param number bytes of a sum on its way: four, of double precision eight
public record ReductionStaging(long rows, long columns, int number) {

  private static final int MAX_THREADS = 512;
  private static final int WARP = 32;
  private static final int FEWEST_VALUES = 16;
  private static final int MOST_VALUES = 256;

  /// How much of a GPU runs at once.
  ///
  /// @param count streaming multiprocessors
  /// @param threads that one of them holds
  public record Multiprocessors(int count, int threads) {

    /// The GPU that is assumed: what is predicted of the allocator does not depend on the GPU. What
    /// another one takes beyond is part of what is learned of it.
    public static final Multiprocessors A100 = new Multiprocessors(108, 2048);
  }

  /// Bytes of the staged parts, and of a semaphore for each column of blocks; 0 where one block
  /// sums a column.
  ///
  /// @throws ArithmeticException if they are more than a `long` counts
  public long bytes(Multiprocessors gpu) {
    int vector = columns % 4 == 0 ? 4 : columns % 2 == 0 ? 2 : 1;
    int most = MAX_THREADS / vector;
    int across = powerOfTwo(columns / vector, most);
    int down = powerOfTwo(rows, most);
    int height = Math.min(down, most / Math.min(across, WARP));
    int width = Math.min(across, most / height);
    long values = Math.ceilDiv(rows, (long) height);
    long grid = Math.ceilDiv(columns / vector, (long) width);
    long target = (long) gpu.count() * (gpu.threads() / (width * height));
    if (values < MOST_VALUES || grid > target) {
      return 0;
    }
    long enough = Math.min(Math.ceilDiv(target, grid), Math.ceilDiv(values, (long) FEWEST_VALUES));
    long blocks = Math.max(enough, Math.ceilDiv(values, (long) MOST_VALUES));
    if (blocks == 1) {
      return 0;
    }
    long staged = Math.multiplyExact(number * columns * blocks, (long) width * vector);
    return together(staged, 4 * grid);
  }

  /// The largest power of two up to a number, at most as many.
  private static int powerOfTwo(long number, int most) {
    return number < most ? Integer.highestOneBit((int) Math.max(1, number)) : most;
  }
}
