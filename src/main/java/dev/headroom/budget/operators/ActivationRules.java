package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.memory.Category;
import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.Dropout;
import dev.headroom.network.operation.PRelu;
import dev.headroom.network.operation.Softmax;
import dev.headroom.network.operation.StochasticDepth;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// Activation functions, softmax, and what drops values at random.
///
/// A function whose derivative follows from its result saves the result; any other its input, in
/// place a clone of it. Source: `derivatives.yaml`.
final class ActivationRules {

  private ActivationRules() {}

  static Tensor activation(OperatorCall call, Activation operation) {
    Pass pass = call.pass;
    boolean raised = operation.kind() == Activation.Kind.SOFTPLUS;
    Tensor input = raised ? call.autocast.raise(pass, call.input(0)) : call.input(0).retain();
    boolean inplace = operation.inplace();
    GraphNode node = pass.node(GradientRules::elementwise, input);
    boolean savesResult = operation.kind().savesResult(inplace);
    if (node != null && !savesResult) {
      if (inplace) {
        pass.saveAndRelease(node, pass.like(input, Category.ACTIVATIONS));
      } else {
        pass.save(node, input);
      }
    }
    Tensor result = inplace ? overwrite(call, input) : call.resultLike(input, Category.ACTIVATIONS);
    pass.from(node, result);
    if (savesResult) {
      pass.saveResult(node, result);
    }
    pass.release(input);
    return result;
  }

  /// The same storage, which from now on belongs to this layer.
  static Tensor overwrite(OperatorCall call, Tensor input) {
    input.storage.writtenBy(call.pass.log.layer());
    if (input.storage.category() == Category.FEATURE_MAPS
        && !(call.layer.operation() instanceof dev.headroom.network.operation.Arithmetic)) {
      input.storage.becomes(Category.ACTIVATIONS);
    }
    return call.pass.view(input, input.elements, input.layout);
  }

  static Tensor prelu(OperatorCall call, PRelu operation) {
    Pass pass = call.pass;
    Tensor input = call.autocast.lower(pass, call.input(0));
    Tensor weight = call.lowerWeight(0);
    GraphNode node = pass.node(ActivationRules::preluBack, input, weight);
    pass.save(node, input);
    pass.save(node, weight);
    Tensor result = pass.from(node, call.resultLike(input, Category.ACTIVATIONS));
    pass.release(input);
    pass.release(weight);
    return result;
  }

  /// The slope's gradient is made as large as the input's, then summed.
  private static @Nullable Tensor[] preluBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor input = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor slope = pass.gradientOf(gradient.elements, gradient.dtype);
    return new Tensor[] {input, slope};
  }

  /// Autocast asks for a result in single precision: of float16 the kernel makes it at once,
  /// bfloat16 is cast first. Source: `half_to_float` in `aten/src/ATen/native/SoftMax.cpp`.
  static Tensor softmax(OperatorCall call, Softmax operation) {
    Pass pass = call.pass;
    Tensor given = call.input(0);
    boolean atOnce = given.dtype == DType.FLOAT16 && call.autocast.isOn();
    Tensor input = atOnce ? given.retain() : call.autocast.raise(pass, given);
    GraphNode node = pass.node(ActivationRules::softmaxBack, input);
    if (pass.saves.softmaxInput()) {
      pass.save(node, input);
    }
    DType dtype = atOnce ? DType.FLOAT32 : input.dtype;
    Tensor result = pass.from(node, call.resultLike(input, dtype, Category.ACTIVATIONS));
    pass.saveResult(node, result);
    pass.release(input);
    return result;
  }

  /// The kernel multiplies gradient and result into a tensor of its own. Source:
  /// `softmax_backward_cuda_out` in `aten/src/ATen/native/cuda/SoftMax.cu`.
  private static @Nullable Tensor[] softmaxBack(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = GradientRules.elementwise(pass, node, gradient);
    pass.log.kernelTemporary(Math.multiplyExact(gradient.elements, (long) gradient.dtype.bytes()));
    return results;
  }

  static Tensor dropout(OperatorCall call, Dropout operation) {
    Pass pass = call.pass;
    Tensor input = call.input(0);
    if (!call.training || operation.p() == 0) {
      return input.retain();
    }
    GraphNode node = pass.node(GradientRules::elementwise, input);
    if (operation.inplace()) {
      pass.saveAndRelease(node, pass.like(input, Category.ACTIVATIONS));
      return pass.from(node, overwrite(call, input));
    }
    Tensor result = pass.from(node, call.resultLike(input, Category.ACTIVATIONS));
    pass.saveAndRelease(node, pass.make(input.elements, DType.BOOL, Category.ACTIVATIONS));
    return result;
  }

  /// The noise is drawn by the model's own code, before the product.
  static Tensor stochasticDepth(OperatorCall call, StochasticDepth operation) {
    Tensor input = call.input(0);
    if (!call.training) {
      return input.retain();
    }
    Pass pass = call.pass;
    Tensor noise =
        pass.make(
            Math.multiplyExact(call.batch, operation.noiseShape().elements()),
            input.dtype,
            Category.ACTIVATIONS);
    GraphNode node = pass.node(GradientRules::elementwise, input);
    pass.save(node, noise);
    Tensor result = pass.from(node, call.resultLike(input, Category.ACTIVATIONS));
    pass.release(noise);
    return result;
  }
}
