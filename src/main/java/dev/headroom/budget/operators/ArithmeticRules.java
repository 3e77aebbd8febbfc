package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.memory.Category;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// Sums, differences, products and quotients, with broadcasting.
///
/// Gradients of a broadcast operand are made whole, then summed; those of `other` are made before
/// those of `self`. Source: `derivatives.yaml`, `FunctionsManual.cpp`.
final class ArithmeticRules {

  private ArithmeticRules() {}

  static Tensor arithmetic(OperatorCall call, Arithmetic operation) {
    Pass pass = call.pass;
    Tensor a = call.input(0);
    if (call.inputs() == 1) {
      return withNumber(call, operation, a);
    }
    Tensor b = call.input(1);
    GraphNode node =
        switch (operation.kind()) {
          case ADD -> pass.node(GradientRules::pass, a, b);
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

  private static Tensor withNumber(OperatorCall call, Arithmetic operation, Tensor a) {
    GraphNode node =
        switch (operation.kind()) {
          case ADD, SUB -> call.pass.node(GradientRules::pass, a);
          case MUL, DIV -> call.pass.node(GradientRules::elementwise, a);
        };
    Tensor result =
        operation.inplace()
            ? ActivationRules.overwrite(call, a)
            : call.resultLike(a, Category.FEATURE_MAPS);
    return call.pass.from(node, result);
  }

  static Tensor product(Pass pass, Tensor a, Tensor b, long elements, Category category) {
    GraphNode node = pass.node(ArithmeticRules::productBack, a, b);
    if (node != null) {
      saveFactors(pass, node, a, b, false);
    }
    return pass.from(node, pass.make(elements, wider(a, b), category));
  }

  static Tensor quotient(Pass pass, Tensor a, Tensor b, long elements, Category category) {
    GraphNode node = pass.node(ArithmeticRules::quotientBack, a, b);
    if (node != null) {
      saveDivision(pass, node, a, b, false);
    }
    return pass.from(node, pass.make(elements, wider(a, b), category));
  }

  /// A factor is saved if the other one needs a gradient; one that is overwritten as a clone.
  private static void saveFactors(Pass pass, GraphNode node, Tensor a, Tensor b, boolean inplace) {
    if (node.needs(0)) {
      pass.save(node, b);
    }
    if (node.needs(1)) {
      saveOverwritten(pass, node, a, inplace);
    }
  }

  private static void saveDivision(Pass pass, GraphNode node, Tensor a, Tensor b, boolean inplace) {
    pass.save(node, b);
    if (node.needs(1)) {
      saveOverwritten(pass, node, a, inplace);
    }
  }

  private static void saveOverwritten(Pass pass, GraphNode node, Tensor a, boolean inplace) {
    if (inplace) {
      pass.saveAndRelease(node, pass.like(a, Category.FEATURE_MAPS));
    } else {
      pass.save(node, a);
    }
  }

  private static @Nullable Tensor[] differenceBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor second = node.needs(1) ? pass.gradientOf(gradient.elements, gradient.dtype) : null;
    return new Tensor[] {node.needs(0) ? gradient.retain() : null, second};
  }

  private static @Nullable Tensor[] productBack(Pass pass, GraphNode node, Tensor gradient) {
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
  private static @Nullable Tensor[] quotientBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor second = null;
    if (node.needs(1)) {
      Tensor once = pass.gradientOf(gradient.elements, gradient.dtype);
      Tensor twice = pass.gradientOf(gradient.elements, gradient.dtype);
      Tensor negative = pass.gradientOf(gradient.elements, gradient.dtype);
      second = pass.gradientOf(gradient.elements, gradient.dtype);
      pass.release(once);
      pass.release(twice);
      pass.release(negative);
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
