package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.kernels.AttentionBackward;
import dev.headroom.budget.kernels.AttentionBuffers;
import dev.headroom.budget.kernels.RecurrentBuffers;
import dev.headroom.memory.Category;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.MultiheadAttention;
import dev.headroom.network.operation.Recurrent;
import dev.headroom.network.tensor.DType;

/// Attention and recurrent layers, which one library kernel computes as a whole.
///
/// Source: `_scaled_dot_product_efficient_attention`, `_scaled_dot_product_flash_attention`,
/// `_cudnn_rnn` in `derivatives.yaml`.
final class AttentionRules {

  private AttentionRules() {}

  /// Half precisions run flash where float32 runs the efficient kernel, unless there is a bias.
  static Attention.Backend backend(Attention attention, DType dtype, boolean biased) {
    return attention.backend() == Attention.Backend.EFFICIENT && dtype.isHalf() && !biased
        ? Attention.Backend.FLASH
        : attention.backend();
  }

  /// Whether a constant is the mask that an attention call makes for itself: numbers in its query's
  /// format out of a mask of bools. Source: `convert_boolean_attn_mask` in `attention.cpp`.
  static boolean makesMask(Layer constant) {
    return constant.traits().call().startsWith("scaled_dot_product_attention#");
  }

  static Tensor attention(OperatorCall call, Attention operation) {
    Pass pass = call.pass;
    Tensor[] all = new Tensor[call.inputs()];
    for (int i = 0; i < all.length; i++) {
      all[i] = call.autocast.lower(pass, call.input(i));
    }
    Attention.Backend backend = backend(operation, all[0].dtype, all.length > 3);
    for (int i = 0; i < all.length && backend == Attention.Backend.EFFICIENT; i++) {
      if (call.input(i).headsJoined) {
        all[i] = apart(pass, all[i]);
      }
    }
    boolean padded = all.length == 3 && isPadded(operation, all[0].dtype);
    long wide = Math.ceilDiv(operation.headDim(), 8) * 8L;
    for (int i = 0; i < all.length && padded; i++) {
      all[i] = withHeadsOf(pass, all[i], all[i].elements / operation.headDim() * wide);
    }
    long headDim = padded ? wide : operation.headDim();
    Tensor result =
        attend(call, all, backend, headDim, operation.queryLength(), operation.keyLength());
    for (Tensor tensor : all) {
      pass.release(tensor);
    }
    result.likeQuery =
        backend == Attention.Backend.FLASH
            && !padded
            && all.length == 3
            && call.input(0).layout != Layout.CONTIGUOUS;
    return padded ? cut(pass, result, result.elements / wide * operation.headDim()) : result;
  }

  /// Flash attention takes heads of multiples of 8 only; others are padded, and its result is cut.
  /// Source: `pad_last_dim` in `aten/src/ATen/native/transformers/attention.cpp`.
  static boolean isPadded(Attention attention, DType dtype) {
    return backend(attention, dtype, false) == Attention.Backend.FLASH
        && attention.headDim() % 8 != 0;
  }

  /// A padded copy; takes the tensor over.
  private static Tensor withHeadsOf(Pass pass, Tensor tensor, long elements) {
    GraphNode node = pass.node(GradientRules::each, tensor);
    Tensor padded = pass.from(node, pass.make(elements, tensor.dtype, Category.FEATURE_MAPS));
    pass.release(tensor);
    return padded;
  }

  /// What is left of a padded result; takes that over.
  private static Tensor cut(Pass pass, Tensor result, long elements) {
    GraphNode node = pass.node(GradientRules::each, result);
    Tensor part = pass.from(node, pass.view(result, elements, Layout.PART));
    pass.release(result);
    part.cut = true;
    return part;
  }

  /// Takes batch and heads apart; putting their gradients together copies. Takes the tensor over.
  private static Tensor apart(Pass pass, Tensor joined) {
    Tensor view =
        pass.from(
            pass.node(GradientRules::each, joined),
            pass.view(joined, joined.elements, joined.layout));
    pass.release(joined);
    return view;
  }

  private static Tensor attend(
      OperatorCall call,
      Tensor[] all,
      Attention.Backend backend,
      long headDim,
      long queries,
      long keys) {
    Pass pass = call.pass;
    long rows = Math.max(1, all[0].elements / Math.max(1, Math.multiplyExact(queries, headDim)));
    DType dtype = all[0].dtype;
    boolean flash = backend == Attention.Backend.FLASH;
    long allKeys = Math.multiplyExact(rows, Math.multiplyExact(keys, headDim));
    boolean joined = call.input(0).headsJoined;
    var backward =
        new AttentionBackward(
            backend,
            new AttentionBuffers(rows, queries, headDim),
            all[1].elements < allKeys ? Math.multiplyExact(allKeys, (long) dtype.bytes()) : 0,
            joined || all[0].layout == Layout.CONTIGUOUS,
            joined);
    GraphNode node = pass.node(backward, all);
    for (Tensor tensor : all) {
      pass.save(node, tensor);
    }
    Tensor result = pass.from(node, pass.make(all[0].elements, dtype, Category.FEATURE_MAPS));
    // Flash: `empty_like(q)` of q as batch, length, heads: one that lies in its own order (batch,
    // heads, length) makes the result lie so. Source: `mha_fwd` in `flash_api.cpp`.
    result.cut = flash && all[0].layout == Layout.CONTIGUOUS;
    if (backend == Attention.Backend.MATH) {
      long matrix = Math.multiplyExact(rows, Math.multiplyExact(queries, keys));
      pass.saveAndRelease(node, pass.make(matrix, dtype, Category.ACTIVATIONS));
      return result;
    }
    long length = backend == Attention.Backend.EFFICIENT ? Math.ceilDiv(queries, 32) * 32 : queries;
    long summed = node == null && !flash ? 0 : Math.multiplyExact(rows, length);
    Tensor sums = pass.make(summed, DType.FLOAT32, Category.OTHER);
    long seeds = backend == Attention.Backend.EFFICIENT ? 1 : 2;
    Tensor seed = pass.make(seeds, DType.INT64, Category.OTHER);
    Tensor offset = pass.make(1, DType.INT64, Category.OTHER);
    Tensor mask = flash ? pass.make(0, dtype, Category.OTHER) : null;
    if (backend == Attention.Backend.CUDNN) {
      pass.log.kernelTemporary(AttentionBuffers.CUDNN_FORWARD);
    }
    pass.save(node, sums);
    pass.saveResult(node, result);
    pass.save(node, offset);
    pass.save(node, seed);
    pass.release(sums);
    pass.release(seed);
    pass.release(offset);
    if (mask != null) {
      pass.release(mask);
    }
    return result;
  }

  /// Projection, attention, projection, as `torch.nn.MultiheadAttention` makes them.
  static Tensor multihead(OperatorCall call, MultiheadAttention operation) {
    Pass pass = call.pass;
    Tensor input = call.autocast.lower(pass, call.input(0));
    int half = call.weights() / 2;
    Tensor projected = project(call, input, 0, half, Math.multiplyExact(3L, call.elements()));
    Tensor[] parts = new Tensor[3];
    for (int i = 0; i < 3; i++) {
      GraphNode node = pass.node(GradientRules::each, projected);
      parts[i] = pass.from(node, pass.view(projected, call.elements(), Layout.PART));
    }
    long length = call.shape(0).rank() > 1 ? call.shape(0).extent(0) : 1;
    Attention.Backend backend =
        input.dtype.isHalf() ? Attention.Backend.FLASH : Attention.Backend.EFFICIENT;
    long headDim = Math.max(1, operation.embedDim() / operation.numHeads());
    Tensor attended = attend(call, parts, backend, headDim, length, length);
    for (Tensor part : parts) {
      pass.release(part);
    }
    pass.release(projected);
    GraphNode copying = pass.node(GradientRules::pass, attended);
    Tensor copied = pass.from(copying, pass.like(attended, Category.FEATURE_MAPS));
    pass.release(attended);
    Tensor result = project(call, copied, half, 2 * half, call.elements());
    pass.release(copied);
    pass.release(input);
    return result;
  }

  private static Tensor project(OperatorCall call, Tensor input, int from, int to, long elements) {
    Pass pass = call.pass;
    Tensor[] all = new Tensor[1 + to - from];
    all[0] = input;
    for (int i = from; i < to; i++) {
      all[1 + i - from] = call.lowerWeight(i);
    }
    GraphNode node = pass.node(GradientRules::each, all);
    pass.save(node, input);
    pass.save(node, all[1]);
    Tensor result = pass.from(node, pass.make(elements, input.dtype, Category.FEATURE_MAPS));
    for (int i = 1; i < all.length; i++) {
      pass.release(all[i]);
    }
    return result;
  }

  /// Saves input, result, weights, and what cuDNN reserves of each step.
  static Tensor recurrent(OperatorCall call, Recurrent operation) {
    Pass pass = call.pass;
    Tensor input = call.autocast.lower(pass, call.input(0));
    Tensor[] all = new Tensor[1 + call.weights()];
    all[0] = input;
    for (int i = 1; i < all.length; i++) {
      all[i] = call.lowerWeight(i - 1);
    }
    var buffers =
        new RecurrentBuffers(
            operation.kind().gates(),
            call.batch,
            input.elements / Math.multiplyExact(call.batch, (long) operation.inputSize()),
            operation.inputSize(),
            operation.hiddenSize(),
            operation.numLayers(),
            operation.directions(),
            input.dtype.bytes());
    GraphNode node = pass.node(buffers::back, all);
    for (Tensor tensor : all) {
      pass.save(node, tensor);
    }
    Tensor result = pass.from(node, call.result(input.dtype, Category.FEATURE_MAPS));
    pass.saveResult(node, result);
    if (node != null) {
      pass.saveAndRelease(node, pass.make(buffers.reserve(false), DType.UINT8, Category.OTHER));
      pass.log.kernelTemporary(buffers.forward());
    }
    for (Tensor tensor : all) {
      pass.release(tensor);
    }
    return result;
  }
}
