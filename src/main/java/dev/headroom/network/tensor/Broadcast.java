package dev.headroom.network.tensor;

import java.util.ArrayList;
import java.util.List;

/// The shape in which two values meet: extents are compared from the last one, 1 fits any.
///
/// Where a view folded the batch into another dimension, extents cannot be compared one by one:
/// then the larger value is the result, if the smaller one's elements divide it.
public final class Broadcast {

  private Broadcast() {}

  public static Value of(Value a, Value b) {
    if (a.batched() == b.batched() && a.shape().equals(b.shape())) {
      return a;
    }
    boolean first = a.shape().elements() >= b.shape().elements();
    if (a.batched() != b.batched()) {
      return mixed(a.batched() ? a : b, a.batched() ? b : a);
    }
    List<Long> extents = aligned(a.shape(), b.shape());
    if (!extents.isEmpty()) {
      return new Value(new TensorShape(extents), a.batched());
    }
    return first ? folded(a, b) : folded(b, a);
  }

  private static Value mixed(Value batched, Value fixed) {
    TensorShape shape = fixed.shape();
    int lead = shape.rank() - batched.shape().rank();
    if (lead <= 0) {
      List<Long> extents = aligned(batched.shape(), shape);
      return extents.isEmpty() ? folded(batched, fixed) : batched.as(new TensorShape(extents));
    }
    List<Long> rest = shape.extents().subList(lead, shape.rank());
    List<Long> extents = aligned(batched.shape(), new TensorShape(rest));
    if (extents.isEmpty() || lead > 1 || shape.extent(0) != 1) {
      return folded(batched, fixed);
    }
    return batched.as(new TensorShape(extents));
  }

  private static Value folded(Value result, Value other) {
    long of = Math.max(1, other.shape().elements());
    if (result.shape().elements() % of != 0 && of % Math.max(1, result.shape().elements()) != 0) {
      throw new IllegalArgumentException(
          "shapes " + result.shape() + " and " + other.shape() + " do not broadcast");
    }
    return result;
  }

  /// The extents in which two shapes meet; empty if they do not.
  private static List<Long> aligned(TensorShape a, TensorShape b) {
    boolean first = a.rank() >= b.rank();
    TensorShape longer = first ? a : b;
    TensorShape shorter = first ? b : a;
    var extents = new ArrayList<>(longer.extents());
    for (int i = 1; i <= shorter.rank(); i++) {
      long x = longer.extent(-i);
      long y = shorter.extent(-i);
      if (x != y && x != 1 && y != 1) {
        return List.of();
      }
      extents.set(extents.size() - i, x == 1 ? y : x);
    }
    return extents;
  }
}
