package dev.headroom.budget.operators;

import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What the shapes before and after a view tell of how it was made, where its config does not say.
final class ViewShapes {

  private ViewShapes() {}

  /// Whether a view of what attention answers brings its heads together.
  static boolean joinsHeads(View.Kind kind, TensorShape to) {
    return switch (kind) {
      case RESHAPE, FLATTEN -> true;
      case PERMUTE -> to.rank() < 4;
      case SLICE, CHUNK, EXPAND, IDENTITY -> false;
    };
  }

  /// Dimensions of one element change places: nothing lies otherwise.
  static boolean movesOnlyOnes(TensorShape from, TensorShape to) {
    List<Long> extents = withoutOnes(from);
    return !from.equals(to)
        && extents.equals(withoutOnes(to))
        && (from.rank() == to.rank() || extents.size() == 1);
  }

  private static List<Long> withoutOnes(TensorShape shape) {
    var extents = new ArrayList<Long>(shape.extents());
    extents.removeIf(extent -> extent == 1);
    return extents;
  }

  /// Whether the view took a dimension apart before it changed the order: then the gradient's parts
  /// lie apart, and putting them together copies. So it is too where the shapes are alike, because
  /// the batch was a part of a dimension.
  static boolean splits(TensorShape from, TensorShape to) {
    List<Long> left = withoutOnes(from);
    List<Long> right = withoutOnes(to);
    if (left.equals(right)) {
      return to.rank() <= from.rank();
    }
    apart(left, right);
    return !left.isEmpty() && left.size() < right.size();
  }

  /// Leaves the extents that only one of two shapes has.
  private static void apart(List<Long> left, List<Long> right) {
    for (Long extent : List.copyOf(right)) {
      if (left.remove(extent)) {
        right.remove(extent);
      }
    }
  }

  /// Whether the parts of the one dimension that is taken apart stay side by side while others pass
  /// them. A batch is a part of the first dimension, and stays in front.
  static boolean movesAsOne(TensorShape from, TensorShape to) {
    List<Long> whole = withoutOnes(from);
    List<Long> parts = withoutOnes(to);
    apart(whole, parts);
    return whole.size() == 1
        && Collections.indexOfSubList(withoutOnes(to), parts) >= 0
        && !keepsOrder(from, to);
  }

  /// Whether one dimension is taken apart and all parts stay where they are.
  static boolean keepsOrder(TensorShape from, TensorShape to) {
    List<Long> whole = withoutOnes(from);
    List<Long> parts = withoutOnes(to);
    apart(whole, parts);
    if (whole.size() != 1 || parts.size() < 2) {
      return false;
    }
    List<Long> before = withoutOnes(from);
    int at = before.indexOf(whole.getFirst());
    before.remove(at);
    before.addAll(at, parts);
    return before.equals(withoutOnes(to));
  }
}
