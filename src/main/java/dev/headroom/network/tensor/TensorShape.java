package dev.headroom.network.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The extents of a value, the batch dimension left out; no extents are a single number.
///
/// The number of elements is known to fit a `long`, exactly.
public record TensorShape(List<Long> extents) {

  /// More dimensions than any framework allows.
  public static final int MAX_RANK = 64;

  public TensorShape {
    extents = List.copyOf(extents);
    if (extents.size() > MAX_RANK) {
      throw new IllegalArgumentException("shape has more than 64 dimensions: " + extents.size());
    }
    for (long extent : extents) {
      if (extent < 0) {
        throw new IllegalArgumentException("shape has a negative extent: " + extents);
      }
    }
    product(extents);
  }

  public static TensorShape of(long... extents) {
    var boxed = new Long[extents.length];
    Arrays.setAll(boxed, i -> extents[i]);
    return new TensorShape(List.of(boxed));
  }

  public int rank() {
    return extents.size();
  }

  /// The extent at an index; a negative index counts from the end.
  public long extent(int index) {
    int at = index < 0 ? index + rank() : index;
    if (at < 0 || at >= rank()) {
      throw new IllegalArgumentException("shape " + this + " has no dimension " + index);
    }
    return extents.get(at);
  }

  public long elements() {
    return product(extents);
  }

  /// This shape with the extent at an index (negative counts from the end) replaced.
  public TensorShape with(int index, long extent) {
    extent(index);
    var changed = new ArrayList<>(extents);
    changed.set(index < 0 ? index + rank() : index, extent);
    return new TensorShape(changed);
  }

  @Override
  public String toString() {
    return extents.toString();
  }

  private static long product(List<Long> extents) {
    long product = 1;
    for (long extent : extents) {
      try {
        product = Math.multiplyExact(product, extent);
      } catch (ArithmeticException overflow) {
        throw new IllegalArgumentException("shape has too many elements: " + extents, overflow);
      }
    }
    return product;
  }
}
