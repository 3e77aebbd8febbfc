package dev.headroom.budget.autograd;

import dev.headroom.memory.Category;
import org.jspecify.annotations.Nullable;

/// Backward steps that several layers share.
public final class GradientRules {

  private GradientRules() {}

  /// A new gradient for each input that needs one, in the order of the inputs.
  public static @Nullable Tensor[] each(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        results[i] = pass.gradientOf(node.elements[i], node.dtypes[i]);
      }
    }
    return results;
  }

  /// A new gradient that lies as the incoming one does: what is computed element by element.
  public static @Nullable Tensor[] elementwise(Pass pass, GraphNode node, Tensor gradient) {
    Layout layout = gradient.layout.copied();
    return new Tensor[] {pass.make(node.elements[0], node.dtypes[0], Category.GRADIENTS, layout)};
  }

  /// The same gradient for every input that needs one.
  public static @Nullable Tensor[] pass(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        results[i] = gradient.retain();
      }
    }
    return results;
  }
}
