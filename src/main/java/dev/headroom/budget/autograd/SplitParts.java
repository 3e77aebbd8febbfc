package dev.headroom.budget.autograd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parts that one `split`, `chunk` or `unbind` hands out: one node for all of them, which puts
/// their gradients together in one new tensor.
///
/// Source: `split_with_sizes_backward`, `unbind_backward` in `FunctionsManual.cpp`.
public final class SplitParts {

  private @Nullable Tensor whole;
  private @Nullable GraphNode node;
  private List<@Nullable Tensor> gradients = List.of();
  private long left;

  /// The node of the next part of a value; none where no gradient is needed. Parts of one value
  /// belong to one call until they make up the value.
  public @Nullable GraphNode part(Pass pass, Tensor of, long elements) {
    if (whole != of || left < elements) {
      whole = of;
      left = of.elements;
      var arrived = new ArrayList<@Nullable Tensor>();
      gradients = arrived;
      node = pass.node((inner, all, _) -> together(inner, all, arrived), of);
    }
    left -= elements;
    if (node == null) {
      return null;
    }
    List<@Nullable Tensor> arrived = gradients;
    int place = arrived.size();
    arrived.add(null);
    return GraphNode.passing(
        node,
        of.elements,
        of.dtype,
        (inner, part, gradient) -> {
          arrived.set(place, gradient.retain());
          return new Tensor[] {inner.token(part.elements[0], part.dtypes[0])};
        });
  }

  /// Zeros stand in for parts that got no gradient; the parts' gradients go in their order.
  private static @Nullable Tensor[] together(
      Pass pass, GraphNode node, List<@Nullable Tensor> arrived) {
    long missing = node.elements[0];
    for (Tensor part : arrived) {
      missing -= part == null ? 0 : part.elements;
    }
    Tensor zeros = missing > 0 ? pass.gradientOf(missing, node.dtypes[0]) : null;
    Tensor together = pass.gradientOf(node.elements[0], node.dtypes[0]);
    if (zeros != null) {
      pass.release(zeros);
    }
    for (Tensor part : arrived) {
      if (part != null) {
        pass.release(part);
      }
    }
    arrived.clear();
    return new Tensor[] {together};
  }
}
