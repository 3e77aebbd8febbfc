package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.kernels.GroupNormBuffers;
import dev.headroom.budget.kernels.KernelBuffers;
import dev.headroom.memory.Category;
import dev.headroom.network.operation.BatchNorm;
import dev.headroom.network.operation.GroupNorm;
import dev.headroom.network.operation.InstanceNorm;
import dev.headroom.network.operation.LayerNorm;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// Normalisations: they save their input, and mean and inverse deviation of what they normalise
/// over.
///
/// Source: `derivatives.yaml`: `cudnn_batch_norm`, `native_batch_norm`, `native_layer_norm`,
/// `native_group_norm`, `_fused_rms_norm`; `Normalization.cpp` for the choice of the library.
final class NormRules {

  private NormRules() {}

  static Tensor batchNorm(OperatorCall call, BatchNorm operation) {
    return batchNorm(
        call,
        call.input(0),
        operation.affine() || call.weights() > 0 ? call.weight(0) : null,
        operation.affine() ? call.weight(1) : null,
        operation.numFeatures(),
        operation.trackRunningStats(),
        call.shape(0).rank() >= 2);
  }

  /// @param library whether the dimensions are such that cuDNN may run it
  private static Tensor batchNorm(
      OperatorCall call,
      Tensor input,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      long channels,
      boolean tracks,
      boolean library) {
    Pass pass = call.pass;
    boolean statistics = call.training || !tracks;
    boolean cudnn =
        weight != null
            && library
            && input.dtype != DType.BFLOAT16
            && (input.dtype == weight.dtype ? input.dtype != DType.FLOAT16 : input.dtype.isHalf());
    int copies = call.layer.traits().gradientCopies();
    GraphNode.Backward all =
        copies < 0 ? NormRules::all : (inner, to, gradient) -> all(inner, to, gradient, copies > 0);
    GraphNode node = pass.node(cudnn ? all : GradientRules::each, present(input, weight, bias));
    pass.save(node, input);
    saveIfThere(pass, node, weight);
    for (Tensor buffer : call.buffers()) {
      if (buffer.dtype != DType.INT64) {
        pass.save(node, buffer);
      }
    }
    Layout layout = input.layout.copied();
    Tensor result =
        pass.from(node, pass.make(input.elements, input.dtype, Category.FEATURE_MAPS, layout));
    DType kind = input.dtype.isHalf() ? DType.FLOAT32 : input.dtype;
    long saved = statistics ? channels : 0;
    Tensor mean = pass.make(saved, kind, Category.OTHER);
    Tensor deviation = pass.make(saved, kind, Category.OTHER);
    pass.saveAndRelease(node, mean);
    pass.saveAndRelease(node, deviation);
    if (cudnn) {
      pass.saveAndRelease(node, pass.make(0, DType.UINT8, Category.OTHER));
    }
    return result;
  }

  /// cuDNN computes all gradients, asked for or not, from a gradient that lies as the input does:
  /// another one is copied. Source: `cudnn_batch_norm_backward` in `BatchNorm.cpp`.
  private static @Nullable Tensor[] all(Pass pass, GraphNode node, Tensor gradient) {
    Tensor input = node.saved(0).tensor;
    boolean alike =
        gradient.layout == Layout.CONTIGUOUS
            || (gradient.layout == Layout.PERMUTED
                && (input == null || input.layout != Layout.CONTIGUOUS));
    return all(pass, node, gradient, !alike);
  }

  private static @Nullable Tensor[] all(
      Pass pass, GraphNode node, Tensor gradient, boolean copied) {
    Tensor input = node.saved(0).tensor;
    Tensor copy = copied ? pass.gradientOf(gradient.elements, gradient.dtype) : null;
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      Layout layout = i == 0 && input != null ? input.layout.copied() : Layout.CONTIGUOUS;
      results[i] = pass.make(node.elements[i], node.dtypes[i], Category.GRADIENTS, layout);
    }
    if (copy != null) {
      pass.release(copy);
    }
    return results;
  }

  /// Runs as a batch norm of one sample with batch · channels channels, over repeated weights.
  static Tensor instanceNorm(OperatorCall call, InstanceNorm operation) {
    Pass pass = call.pass;
    long channels = Math.multiplyExact(call.batch, (long) operation.numFeatures());
    Tensor weight = operation.affine() ? repeated(call, call.weight(0), channels) : null;
    Tensor bias = operation.affine() ? repeated(call, call.weight(1), channels) : null;
    Tensor result =
        batchNorm(
            call,
            call.input(0),
            weight,
            bias,
            channels,
            operation.trackRunningStats() && !call.training,
            true);
    if (weight != null && bias != null) {
      pass.release(weight);
      pass.release(bias);
    }
    return result;
  }

  private static Tensor repeated(OperatorCall call, Tensor weight, long channels) {
    GraphNode node = call.pass.node(GradientRules::pass, weight);
    return call.pass.from(node, call.pass.make(channels, weight.dtype, Category.OTHER));
  }

  static Tensor layerNorm(OperatorCall call, LayerNorm operation) {
    Tensor input =
        operation.rootMeanSquare()
            ? call.input(0).retain()
            : call.autocast.raise(call.pass, call.input(0));
    long rows = input.elements / Math.max(1, operation.normalizedShape().elements());
    if (operation.rootMeanSquare()) {
      return rowNorm(call, input, rows, 1, GradientRules::each);
    }
    input.retain();
    Tensor result = rowNorm(call, input, rows, 2, NormRules::inOrderOfGradient);
    KernelBuffers.putInOrder(call.pass, input);
    call.pass.release(input);
    return result;
  }

  static Tensor groupNorm(OperatorCall call, GroupNorm operation) {
    Tensor input = call.autocast.raise(call.pass, call.input(0));
    var buffers =
        new GroupNormBuffers(
            call.batch, operation.numChannels(), operation.numGroups(), input.dtype.bytes());
    Tensor result =
        rowNorm(
            call,
            input,
            Math.multiplyExact(call.batch, (long) operation.numGroups()),
            2,
            buffers::back);
    call.pass.log.kernelTemporary(buffers.forward(call.weights() > 0));
    return result;
  }

  /// The input's gradient lies as the result's does. The kernel puts input and gradient in order.
  /// Source: `layer_norm_backward_cuda` in `layer_norm_kernel.cu`.
  private static @Nullable Tensor[] inOrderOfGradient(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        Layout layout = i == 0 ? gradient.layout.copied() : Layout.CONTIGUOUS;
        results[i] = pass.make(node.elements[i], node.dtypes[i], Category.GRADIENTS, layout);
      }
    }
    Tensor input = node.saved(0).tensor;
    KernelBuffers.putInOrder(pass, input == null ? gradient : input, gradient);
    return results;
  }

  private static Tensor rowNorm(
      OperatorCall call, Tensor input, long rows, int statistics, GraphNode.Backward backward) {
    Pass pass = call.pass;
    Tensor[] all = new Tensor[1 + call.weights()];
    all[0] = input;
    for (int i = 1; i < all.length; i++) {
      all[i] = call.weight(i - 1);
    }
    GraphNode node = pass.node(backward, all);
    for (Tensor tensor : all) {
      pass.save(node, tensor);
    }
    boolean layers = call.layer.operation() instanceof LayerNorm;
    DType kind = layers && input.dtype.isHalf() ? DType.FLOAT32 : input.dtype;
    Tensor result = pass.from(node, call.result(input.dtype, Category.FEATURE_MAPS));
    Tensor first = pass.make(rows, kind, Category.OTHER);
    Tensor second = statistics == 1 ? null : pass.make(rows, kind, Category.OTHER);
    pass.saveAndRelease(node, first);
    if (second != null) {
      pass.saveAndRelease(node, second);
    }
    pass.release(input);
    return result;
  }

  private static Tensor[] present(Tensor input, @Nullable Tensor weight, @Nullable Tensor bias) {
    return ProductRules.present(input, weight, bias);
  }

  private static void saveIfThere(Pass pass, @Nullable GraphNode node, @Nullable Tensor tensor) {
    if (tensor != null) {
      pass.save(node, tensor);
    }
  }
}
