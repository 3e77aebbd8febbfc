package dev.headroom.budget;

import dev.headroom.network.Arithmetic;
import dev.headroom.network.DType;
import org.jspecify.annotations.Nullable;

/// Sums, differences, products and quotients, with broadcasting.
///
/// Gradients of a broadcast operand are made whole, then summed; those of `other` are made before
/// those of `self`. Source: `derivatives.yaml`, `FunctionsManual.cpp`.
final class ArithmeticRules {

  private ArithmeticRules() {}

  static Tensor arithmetic(Call call, Arithmetic operation) {
    Pass pass = call.pass;
    Tensor a = call.input(0);
    if (call.inputs() == 1) {
      return withNumber(call, operation, a);
    }
    Tensor b = call.input(1);
    Node node =
        switch (operation.kind()) {
          case ADD -> pass.node(Backwards::pass, a, b);
          case SUB -> pass.node(ArithmeticRules::differenceBack, a, b);
          case MUL -> pass.node(ArithmeticRules::productBack, a, b);
          case DIV -> pass.node(ArithmeticRules::quotientBack, a, b);
        };
    if (node != null && operation.kind() == Arithmetic.Kind.MUL) {
      saveFactors(pass, node, a, b, operation.inplace());
    }
    if (node != null && operation.kind() == Arithmetic.Kind.DIV) {
      saveDivision(pass, node, a, b, operation.inplace());
    }
    Tensor result =
        operation.inplace()
            ? ActivationRules.overwrite(call, a)
            : pass.make(call.elements(), wider(a, b), Category.FEATURE_MAPS, layout(a, b));
    return pass.from(node, result);
  }

  private static Tensor withNumber(Call call, Arithmetic operation, Tensor a) {
    Node node =
        switch (operation.kind()) {
          case ADD, SUB -> call.pass.node(Backwards::pass, a);
          case MUL, DIV -> call.pass.node(Backwards::elementwise, a);
        };
    Tensor result =
        operation.inplace()
            ? ActivationRules.overwrite(call, a)
            : call.resultLike(a, Category.FEATURE_MAPS);
    return call.pass.from(node, result);
  }

  static Tensor product(Pass pass, Tensor a, Tensor b, long elements, Category category) {
    Node node = pass.node(ArithmeticRules::productBack, a, b);
    if (node != null) {
      saveFactors(pass, node, a, b, false);
    }
    return pass.from(node, pass.make(elements, wider(a, b), category));
  }

  static Tensor quotient(Pass pass, Tensor a, Tensor b, long elements, Category category) {
    Node node = pass.node(ArithmeticRules::quotientBack, a, b);
    if (node != null) {
      saveDivision(pass, node, a, b, false);
    }
    return pass.from(node, pass.make(elements, wider(a, b), category));
  }

  /// A factor is saved if the other one needs a gradient; one that is overwritten as a clone.
  private static void saveFactors(Pass pass, Node node, Tensor a, Tensor b, boolean inplace) {
    if (node.needs(0)) {
      pass.save(node, b);
    }
    if (node.needs(1)) {
      saveOverwritten(pass, node, a, inplace);
    }
  }

  private static void saveDivision(Pass pass, Node node, Tensor a, Tensor b, boolean inplace) {
    pass.save(node, b);
    if (node.needs(1)) {
      saveOverwritten(pass, node, a, inplace);
    }
  }

  private static void saveOverwritten(Pass pass, Node node, Tensor a, boolean inplace) {
    if (inplace) {
      pass.saveOrDrop(node, pass.like(a, Category.FEATURE_MAPS));
    } else {
      pass.save(node, a);
    }
  }

  private static @Nullable Tensor[] differenceBack(Pass pass, Node node, Tensor gradient) {
    Tensor second = node.needs(1) ? pass.gradientOf(gradient.elements, gradient.dtype) : null;
    return new Tensor[] {node.needs(0) ? gradient.hold() : null, second};
  }

  private static @Nullable Tensor[] productBack(Pass pass, Node node, Tensor gradient) {
    Layout layout = gradient.layout.copied();
    @Nullable Tensor[] results = new @Nullable Tensor[2];
    for (int i = 1; i >= 0; i--) {
      if (node.needs(i)) {
        results[i] = pass.make(gradient.elements, gradient.dtype, Category.GRADIENTS, layout);
      }
    }
    return results;
  }

  /// Of the divisor: −grad · ((self / other) / other), a tensor for each operator, all of them
  /// there until the expression ends.
  private static @Nullable Tensor[] quotientBack(Pass pass, Node node, Tensor gradient) {
    Tensor second = null;
    if (node.needs(1)) {
      Tensor once = pass.gradientOf(gradient.elements, gradient.dtype);
      Tensor twice = pass.gradientOf(gradient.elements, gradient.dtype);
      Tensor negative = pass.gradientOf(gradient.elements, gradient.dtype);
      second = pass.gradientOf(gradient.elements, gradient.dtype);
      pass.drop(once);
      pass.drop(twice);
      pass.drop(negative);
    }
    Tensor first = node.needs(0) ? pass.gradientOf(gradient.elements, gradient.dtype) : null;
    return new Tensor[] {first, second};
  }

  static DType wider(Tensor a, Tensor b) {
    return wider(a.dtype, b.dtype);
  }

  static DType wider(DType a, DType b) {
    if (a == b || !b.isFloating()) {
      return a;
    }
    if (!a.isFloating()) {
      return b;
    }
    if (a.isHalf() && b.isHalf()) {
      return DType.FLOAT32;
    }
    return a.bytes() >= b.bytes() ? a : b;
  }

  private static Layout layout(Tensor a, Tensor b) {
    Tensor larger = a.elements >= b.elements ? a : b;
    return larger.layout == Layout.CONTIGUOUS ? Layout.CONTIGUOUS : Layout.PERMUTED;
  }
}
