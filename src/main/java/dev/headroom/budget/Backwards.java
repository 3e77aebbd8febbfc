package dev.headroom.budget;

import org.jspecify.annotations.Nullable;

/// Backward steps that many layers have in common.
final class Backwards {

  private Backwards() {}

  /// A new gradient for each input that needs one, in the order of the inputs.
  static @Nullable Tensor[] each(Pass pass, Node node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        results[i] = pass.gradientOf(node.elements[i], node.dtypes[i]);
      }
    }
    return results;
  }

  /// A new gradient that lies as the incoming one does: what is computed element by element.
  static @Nullable Tensor[] elementwise(Pass pass, Node node, Tensor gradient) {
    Layout layout = gradient.layout.copied();
    return new Tensor[] {pass.make(node.elements[0], node.dtypes[0], Category.GRADIENTS, layout)};
  }

  /// The same gradient for every input that needs one.
  static @Nullable Tensor[] pass(Pass pass, Node node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        results[i] = gradient.hold();
      }
    }
    return results;
  }
}
