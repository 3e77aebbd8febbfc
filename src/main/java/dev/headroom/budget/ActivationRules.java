package dev.headroom.budget;

import dev.headroom.network.Activation;
import dev.headroom.network.DType;
import dev.headroom.network.Dropout;
import dev.headroom.network.PRelu;
import dev.headroom.network.Softmax;
import dev.headroom.network.StochasticDepth;
import org.jspecify.annotations.Nullable;

/// Activation functions, softmax, and what drops values at random.
///
/// A function whose derivative follows from its result saves the result; any other its input, in
/// place a clone of it. Source: `derivatives.yaml`.
final class ActivationRules {

  private ActivationRules() {}

  static Tensor activation(Call call, Activation operation) {
    Pass pass = call.pass;
    boolean raised = operation.kind() == Activation.Kind.SOFTPLUS;
    Tensor input = raised ? call.autocast.raise(pass, call.input(0)) : call.input(0).hold();
    boolean inplace = operation.inplace();
    Node node = pass.node(Backwards::elementwise, input);
    boolean savesResult = operation.kind().savesResult(inplace);
    if (node != null && !savesResult) {
      if (inplace) {
        pass.saveOrDrop(node, pass.like(input, Category.ACTIVATIONS));
      } else {
        pass.save(node, input);
      }
    }
    Tensor result = inplace ? overwrite(call, input) : call.resultLike(input, Category.ACTIVATIONS);
    pass.from(node, result);
    if (savesResult) {
      pass.saveResult(node, result);
    }
    pass.drop(input);
    return result;
  }

  /// The same storage, which from now on belongs to this layer.
  static Tensor overwrite(Call call, Tensor input) {
    input.storage.layer = call.pass.log.layer();
    if (input.storage.category == Category.FEATURE_MAPS
        && !(call.layer.operation() instanceof dev.headroom.network.Arithmetic)) {
      input.storage.category = Category.ACTIVATIONS;
    }
    return call.pass.view(input, input.elements, input.layout);
  }

  static Tensor prelu(Call call, PRelu operation) {
    Pass pass = call.pass;
    Tensor input = call.autocast.lower(pass, call.input(0));
    Tensor weight = call.lowerWeight(0);
    Node node = pass.node(ActivationRules::preluBack, input, weight);
    pass.save(node, input);
    pass.save(node, weight);
    Tensor result = pass.from(node, call.resultLike(input, Category.ACTIVATIONS));
    pass.drop(input);
    pass.drop(weight);
    return result;
  }

  /// The slope's gradient is made as large as the input's, then summed.
  private static @Nullable Tensor[] preluBack(Pass pass, Node node, Tensor gradient) {
    Tensor input = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor slope = pass.gradientOf(gradient.elements, gradient.dtype);
    return new Tensor[] {input, slope};
  }

  static Tensor softmax(Call call, Softmax operation) {
    Pass pass = call.pass;
    Tensor input = call.autocast.raise(pass, call.input(0));
    Node node = pass.node(Backwards::elementwise, input);
    Tensor result = pass.from(node, call.resultLike(input, Category.ACTIVATIONS));
    pass.saveResult(node, result);
    pass.drop(input);
    return result;
  }

  static Tensor dropout(Call call, Dropout operation) {
    Pass pass = call.pass;
    Tensor input = call.input(0);
    if (!call.training || operation.p() == 0) {
      return input.hold();
    }
    Node node = pass.node(Backwards::elementwise, input);
    if (operation.inplace()) {
      pass.saveOrDrop(node, pass.like(input, Category.ACTIVATIONS));
      return pass.from(node, overwrite(call, input));
    }
    Tensor result = pass.from(node, call.resultLike(input, Category.ACTIVATIONS));
    pass.saveOrDrop(node, pass.make(input.elements, DType.BOOL, Category.ACTIVATIONS));
    return result;
  }

  /// The noise is drawn by the model's own code, before the product.
  static Tensor stochasticDepth(Call call, StochasticDepth operation) {
    Tensor input = call.input(0);
    if (!call.training) {
      return input.hold();
    }
    Pass pass = call.pass;
    Tensor noise =
        pass.make(
            Math.multiplyExact(call.batch, operation.noiseShape().elements()),
            input.dtype,
            Category.ACTIVATIONS);
    Node node = pass.node(Backwards::elementwise, input);
    pass.save(node, noise);
    Tensor result = pass.from(node, call.resultLike(input, Category.ACTIVATIONS));
    pass.drop(noise);
    return result;
  }
}
