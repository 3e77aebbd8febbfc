package dev.headroom.network.tensor;

import java.util.List;

/// Checks and arithmetic on the numbers that layers are described by.
public final class Extents {

  private Extents() {}

  public static void atLeast(String expression, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(expression + " < " + least + ": " + value);
    }
  }

  public static List<Integer> atLeast(String expression, List<Integer> values, int least) {
    for (int value : values) {
      atLeast(expression, value, least);
    }
    return List.copyOf(values);
  }

  public static void sameLength(String expression, List<?> values, int length) {
    if (values.size() != length) {
      throw new IllegalArgumentException(
          expression + " has " + values.size() + " numbers, not " + length + ": " + values);
    }
  }

  /// The extent of a sliding window's result: ⌊(extent + padding − dilation·(kernel−1) − 1) /
  /// stride⌋ + 1.
  public static long windows(
      long extent, long padding, long kernel, long stride, long dilation, boolean ceil) {
    long room = Math.addExact(extent, padding) - Math.multiplyExact(dilation, kernel - 1) - 1;
    if (room < 0) {
      throw new IllegalArgumentException(
          "kernel_size " + kernel + " does not fit an extent of " + extent);
    }
    return (ceil ? Math.ceilDiv(room, stride) : room / stride) + 1;
  }

  public static void equal(String expression, long expected, long actual) {
    if (expected != actual) {
      throw new IllegalArgumentException(
          expression + " is " + expected + ", but the input has " + actual);
    }
  }
}
