package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.memory.Category;
import dev.headroom.network.operation.AdaptivePool;
import dev.headroom.network.operation.LocalResponseNorm;
import dev.headroom.network.operation.Mean;
import dev.headroom.network.operation.Pool;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// Pooling, means, and the response norm that is made of a pool.
///
/// A maximum saves its input and int64 indices, an average its input, a mean nothing. Source:
/// `derivatives.yaml`.
final class PoolRules {

  private PoolRules() {}

  static Tensor pool(OperatorCall call, Pool operation) {
    return pool(call, operation.maximum());
  }

  static Tensor adaptive(OperatorCall call, AdaptivePool operation) {
    return operation.isMean() ? mean(call, true) : pool(call, operation.maximum());
  }

  private static Tensor pool(OperatorCall call, boolean maximum) {
    Pass pass = call.pass;
    Tensor input = call.input(0);
    GraphNode node = pass.node(GradientRules::each, input);
    pass.save(node, input);
    Tensor result = pass.from(node, call.result(input.dtype, Category.FEATURE_MAPS));
    if (maximum) {
      pass.saveAndRelease(node, pass.make(call.elements(), DType.INT64, Category.OTHER));
    }
    return result;
  }

  static Tensor mean(OperatorCall call, Mean operation) {
    return mean(call, operation.keepdim() && operation.dim().size() > 1);
  }

  /// Its gradient is a quotient as large as its input.
  ///
  /// @param pools whether it is a pool over all places: where the input has its channels last, the
  ///     result gets such strides, too, and a gradient is made anew for that
  private static Tensor mean(OperatorCall call, boolean pools) {
    Pass pass = call.pass;
    Tensor input = call.input(0);
    GraphNode node = pass.node(GradientRules::each, input);
    if (pass.saves.meanInput()) {
      pass.save(node, input);
    }
    Tensor result = pass.from(node, call.result(input.dtype, Category.FEATURE_MAPS));
    int copies = call.layer.traits().gradientCopies();
    if (copies < 0 ? pools && input.layout == Layout.PERMUTED : copies > 0) {
      GraphNode strided = pass.node(GradientRules::each, result);
      Tensor turned = pass.from(strided, pass.view(result, result.elements, result.layout));
      pass.release(result);
      return turned;
    }
    return result;
  }

  /// x / (k + α · average(x²))^β, where autocast runs the power in single precision. Source:
  /// `torch.nn.functional.local_response_norm`, `aten/src/ATen/autocast_mode.h`.
  static Tensor responseNorm(OperatorCall call, LocalResponseNorm operation) {
    Pass pass = call.pass;
    Tensor x = call.input(0);
    long channels = call.shape(0).extent(0);
    long padded = Math.multiplyExact(x.elements / channels, channels + operation.size() - 1);
    Tensor square = ArithmeticRules.product(pass, x, x, x.elements, Category.FEATURE_MAPS);
    GraphNode padding = pass.node(GradientRules::each, square);
    Tensor wide = pass.from(padding, pass.make(padded, x.dtype, Category.FEATURE_MAPS));
    pass.release(square);
    GraphNode averaging = pass.node(GradientRules::each, wide);
    pass.save(averaging, wide);
    Tensor average = pass.from(averaging, pass.like(x, Category.FEATURE_MAPS));
    pass.release(wide);
    GraphNode scaling = pass.node(GradientRules::each, average);
    Tensor scaled = pass.from(scaling, pass.like(x, Category.FEATURE_MAPS));
    Tensor shifted =
        pass.from(pass.node(GradientRules::pass, scaled), pass.like(x, Category.FEATURE_MAPS));
    pass.release(average);
    pass.release(scaled);
    Tensor base = call.autocast.raise(pass, shifted);
    GraphNode power = pass.node(PoolRules::powerBack, base);
    pass.save(power, base);
    Tensor divisor = pass.from(power, pass.like(base, Category.FEATURE_MAPS));
    pass.release(base);
    pass.release(shifted);
    Tensor result = ArithmeticRules.quotient(pass, x, divisor, x.elements, Category.FEATURE_MAPS);
    pass.release(divisor);
    return result;
  }

  /// grad · (exponent · x^(exponent − 1)), a tensor for each operator, all there until the end.
  static @Nullable Tensor[] powerBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor power = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor slope = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor result = pass.gradientOf(gradient.elements, gradient.dtype);
    pass.release(power);
    pass.release(slope);
    return new Tensor[] {result};
  }
}
