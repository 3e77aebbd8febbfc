package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.kernels.EmbeddingBuffers;
import dev.headroom.memory.Category;
import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Embedding;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Matmul;
import dev.headroom.network.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Convolutions, linear layers, matrix products, embeddings.
///
/// They save the input if the weight needs a gradient, and the weight if the input needs one; a
/// convolution saves both in any case. Source: `derivatives.yaml`: `convolution`, `addmm`, `mm`,
/// `bmm`, `embedding`.
final class ProductRules {

  private ProductRules() {}

  static Tensor convolution(OperatorCall call, Convolution operation) {
    Tensor input = call.input(0).retain();
    if (operation.copiesToPad()) {
      input = CopyRules.paddedFor(call, operation, input);
    }
    boolean last = operation.dimensions() > 1 && input.layout == Layout.PERMUTED;
    GraphNode.Backward backward = last ? new ChannelsLast(operation)::back : GradientRules::each;
    return product(call, input, true, backward, last ? Layout.PERMUTED : Layout.CONTIGUOUS);
  }

  /// Without a bias a plain matrix product, whose weight gradient comes first.
  static Tensor linear(OperatorCall call, Linear operation) {
    Tensor input = call.input(0).retain();
    GraphNode.Backward backward =
        call.weights() > 1 ? ProductRules::turnedWeight : ProductRules::turnedLastFirst;
    return product(call, input, false, backward, Layout.CONTIGUOUS);
  }

  /// Arguments are cast from the last to the first, as compilers evaluate them. The first one of
  /// `addmm` is the bias.
  ///
  /// @param always whether both are saved, whichever needs a gradient
  private static Tensor product(
      OperatorCall call, Tensor given, boolean always, GraphNode.Backward backward, Layout layout) {
    Pass pass = call.pass;
    Tensor[] all = new Tensor[1 + call.weights()];
    boolean biasFirst = call.layer.traits().call().startsWith("addmm#") && all.length > 2;
    for (int i = all.length - 1; i >= 1; i--) {
      if (!biasFirst || i == 1) {
        all[i] = call.lowerWeight(i - 1);
      }
    }
    Tensor input = call.autocast.lower(pass, given);
    pass.release(given);
    all[0] = input;
    if (biasFirst) {
      all[2] = call.lowerWeight(1);
    }
    GraphNode node = pass.node(backward, all);
    if (node != null) {
      if (always || node.needs(1)) {
        pass.save(node, input);
      }
      if (always || node.needs(0)) {
        pass.save(node, all[1]);
      }
    }
    Tensor result =
        pass.from(node, pass.make(call.elements(), input.dtype, Category.FEATURE_MAPS, layout));
    for (Tensor tensor : all) {
      pass.release(tensor);
    }
    return result;
  }

  /// A convolution over an input that has its channels last: so have its result and its gradients.
  /// The order of a kernel's weights differs only if it has several channels and places.
  private record ChannelsLast(Convolution operation) {

    @Nullable Tensor[] back(Pass pass, GraphNode node, Tensor gradient) {
      @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
      for (int i = 0; i < results.length; i++) {
        if (node.needs(i)) {
          boolean turned = i == 0 || (i == 1 && operation.isOrdered());
          results[i] =
              pass.make(
                  node.elements[i],
                  node.dtypes[i],
                  Category.GRADIENTS,
                  turned ? Layout.PERMUTED : Layout.CONTIGUOUS);
        }
      }
      return results;
    }
  }

  /// A weight's gradient is made transposed, and seen the other way: a view, into which no second
  /// gradient is added in place. The bias is handed the gradient itself, which is summed once the
  /// function is done. Source: `addmm` in `derivatives.yaml`, `TransposeBackward0`.
  private static @Nullable Tensor[] turnedWeight(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < 2; i++) {
      if (node.needs(i)) {
        results[i] = pass.gradientOf(node.elements[i], node.dtypes[i]);
      }
    }
    results[2] = node.needs(2) ? gradient.retain() : null;
    node.summedRows = 2;
    return turned(results);
  }

  private static @Nullable Tensor[] turnedLastFirst(Pass pass, GraphNode node, Tensor gradient) {
    return turned(lastFirst(pass, node, gradient));
  }

  private static @Nullable Tensor[] turned(@Nullable Tensor[] results) {
    Tensor weight = results[1];
    if (weight != null) {
      weight.isView = true;
    }
    return results;
  }

  /// New gradients, that of the last input first: operands are served in the order of their names.
  static @Nullable Tensor[] lastFirst(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = results.length - 1; i >= 0; i--) {
      if (node.needs(i)) {
        results[i] = pass.gradientOf(node.elements[i], node.dtypes[i]);
      }
    }
    return results;
  }

  static Tensor matmul(OperatorCall call, Matmul operation) {
    Pass pass = call.pass;
    Tensor a = call.autocast.lower(pass, call.input(0));
    Tensor b = call.autocast.lower(pass, call.input(1));
    GraphNode node = pass.node(ProductRules::lastFirst, a, b);
    if (node != null) {
      if (node.needs(1)) {
        pass.save(node, a);
      }
      if (node.needs(0)) {
        pass.save(node, b);
      }
    }
    Tensor result = pass.from(node, call.result(a.dtype, Category.FEATURE_MAPS));
    pass.release(a);
    pass.release(b);
    return result;
  }

  static Tensor embedding(OperatorCall call, Embedding operation) {
    Tensor weight = call.weight(0);
    long rows = Math.max(1, operation.numEmbeddings());
    long rowBytes =
        Math.multiplyExact(
            weight.elements / rows, (long) Math.max(weight.dtype.bytes(), DType.FLOAT32.bytes()));
    long buffers = EmbeddingBuffers.bytes(call.input(0).elements, rows, rowBytes);
    GraphNode node =
        call.pass.node(
            (pass, of, gradient) -> {
              @Nullable Tensor[] results = GradientRules.each(pass, of, gradient);
              pass.log.kernelTemporary(buffers);
              return results;
            },
            weight);
    call.pass.save(node, call.input(0));
    return call.pass.from(node, call.result(weight.dtype, Category.FEATURE_MAPS));
  }

  /// All tensors of a list that are there.
  static Tensor[] present(@Nullable Tensor... tensors) {
    return Arrays.stream(tensors).filter(t -> t != null).toArray(Tensor[]::new);
  }
}
