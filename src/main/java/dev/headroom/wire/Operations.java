package dev.headroom.wire;

import dev.headroom.network.Activation;
import dev.headroom.network.AdaptivePool;
import dev.headroom.network.Arithmetic;
import dev.headroom.network.Attention;
import dev.headroom.network.BatchNorm;
import dev.headroom.network.Concat;
import dev.headroom.network.Contiguous;
import dev.headroom.network.Convolution;
import dev.headroom.network.DType;
import dev.headroom.network.Dropout;
import dev.headroom.network.Embedding;
import dev.headroom.network.GroupNorm;
import dev.headroom.network.InstanceNorm;
import dev.headroom.network.LayerNorm;
import dev.headroom.network.Leaf;
import dev.headroom.network.Linear;
import dev.headroom.network.LocalResponseNorm;
import dev.headroom.network.Matmul;
import dev.headroom.network.Mean;
import dev.headroom.network.MultiheadAttention;
import dev.headroom.network.Opaque;
import dev.headroom.network.Operation;
import dev.headroom.network.PRelu;
import dev.headroom.network.Pad;
import dev.headroom.network.PixelShuffle;
import dev.headroom.network.Pool;
import dev.headroom.network.Recurrent;
import dev.headroom.network.Roll;
import dev.headroom.network.Softmax;
import dev.headroom.network.StochasticDepth;
import dev.headroom.network.TensorShape;
import dev.headroom.network.To;
import dev.headroom.network.Upsample;
import dev.headroom.network.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Makes an operation of a layer's type and attributes: the table of the contract.
final class Operations {

  private Operations() {}

  /// @param dtype the format of the layer's result, which a leaf holds
  /// @throws IllegalArgumentException naming the attribute, if its value is out of range
  static Operation of(String type, Attributes of, DType dtype) throws MalformedException {
    return switch (type) {
      case "conv1d" -> convolution(false, 1, of);
      case "conv2d" -> convolution(false, 2, of);
      case "conv3d" -> convolution(false, 3, of);
      case "conv_transpose1d" -> convolution(true, 1, of);
      case "conv_transpose2d" -> convolution(true, 2, of);
      case "conv_transpose3d" -> convolution(true, 3, of);
      case "linear" ->
          new Linear(of.whole("in_features"), of.whole("out_features"), of.truth("bias", true));
      case "batch_norm1d", "batch_norm2d", "batch_norm3d" ->
          new BatchNorm(
              of.whole("num_features"),
              of.truth("affine", true),
              of.truth("track_running_stats", true));
      case "instance_norm" ->
          new InstanceNorm(
              of.whole("num_features"),
              of.truth("affine", true),
              of.truth("track_running_stats", true));
      case "layer_norm", "rms_norm" ->
          new LayerNorm(
              type.equals("rms_norm"),
              of.shape("normalized_shape"),
              of.truth("elementwise_affine", true),
              of.truth("bias", true));
      case "group_norm" ->
          new GroupNorm(of.whole("num_groups"), of.whole("num_channels"), of.truth("affine", true));
      case "local_response_norm" -> new LocalResponseNorm(of.whole("size"));
      case "relu",
          "relu6",
          "hardtanh",
          "leaky_relu",
          "elu",
          "silu",
          "gelu",
          "mish",
          "hardswish",
          "hardsigmoid",
          "sigmoid",
          "tanh",
          "softplus" ->
          new Activation(
              WireNames.of("type", type, Activation.Kind.values(), Activation.Kind::wireName),
              of.truth("inplace", false));
      case "prelu" -> new PRelu(of.whole("num_parameters", 1));
      case "softmax" -> new Softmax(of.whole("dim"));
      case "max_pool" -> pool(true, of);
      case "avg_pool" -> pool(false, of);
      case "adaptive_max_pool" -> new AdaptivePool(true, of.wholes("output_size"));
      case "adaptive_avg_pool" -> new AdaptivePool(false, of.wholes("output_size"));
      case "mean" -> new Mean(of.wholes("dim"), of.truth("keepdim", false));
      case "dropout" -> new Dropout(of.fraction("p", 0.5), of.truth("inplace", false));
      case "stochastic_depth" -> new StochasticDepth(of.shape("noise_shape"));
      case "add", "sub", "mul", "div" ->
          new Arithmetic(
              WireNames.of("type", type, Arithmetic.Kind.values(), Arithmetic.Kind::wireName),
              of.truth("inplace", false));
      case "concat" ->
          new Concat(
              of.whole("dim"),
              of.has("output_shape") ? of.shape("output_shape") : TensorShape.of());
      case "matmul" -> new Matmul();
      case "scaled_dot_product_attention" -> attention(of);
      case "multihead_attention" ->
          new MultiheadAttention(
              of.whole("embed_dim"), of.whole("num_heads"), of.truth("bias", true));
      case "lstm", "gru" ->
          new Recurrent(
              WireNames.of("type", type, Recurrent.Kind.values(), Recurrent.Kind::wireName),
              of.whole("input_size"),
              of.whole("hidden_size"),
              of.whole("num_layers", 1),
              of.truth("bidirectional", false),
              of.truth("bias", true));
      case "embedding" -> new Embedding(of.large("num_embeddings"), of.whole("embedding_dim"));
      case "upsample" -> new Upsample(of.fractions("scale_factor"), of.wholes("size", List.of()));
      case "pixel_shuffle" -> new PixelShuffle(of.whole("upscale_factor"));
      case "pad" -> new Pad(of.wholes("padding"));
      case "roll" -> new Roll();
      case "to" -> new To(of.has("dtype_of") ? of.word("dtype_of") : "");
      case "flatten", "identity" -> new View(view(type), shapeOrNone(of));
      case "reshape", "permute", "slice", "expand", "chunk" ->
          new View(view(type), of.shape("shape"));
      case "contiguous" -> new Contiguous();
      case "parameter", "buffer", "constant" ->
          new Leaf(
              WireNames.of("type", type, Leaf.Kind.values(), Leaf.Kind::wireName),
              of.shape("shape"),
              dtype);
      case "opaque" -> opaque(of);
      default -> throw new MalformedException("type is unknown: " + Reasons.shown(type));
    };
  }

  private static Convolution convolution(boolean transposed, int dimensions, Attributes of)
      throws MalformedException {
    List<Integer> kernel = of.wholes("kernel_size");
    if (kernel.size() != dimensions) {
      throw new MalformedException(
          "kernel_size has %d numbers, not %d: %s".formatted(kernel.size(), dimensions, kernel));
    }
    List<Integer> dilation = of.wholes("dilation", dimensions, 1);
    List<List<Integer>> sides =
        of.is("padding", "same") && !transposed ? same(kernel, dilation) : sides(dimensions, of);
    var padding = new ArrayList<Integer>();
    boolean asymmetric = false;
    for (List<Integer> side : sides) {
      if (side.get(0) < 0 || side.get(1) < 0) {
        throw new MalformedException("padding < 0: " + side);
      }
      padding.add(Math.addExact(side.get(0), side.get(1)));
      asymmetric |= !side.get(0).equals(side.get(1));
    }
    return new Convolution(
        transposed,
        of.whole("in_channels"),
        of.whole("out_channels"),
        kernel,
        of.wholes("stride", dimensions, 1),
        padding,
        dilation,
        of.wholes("output_padding", dimensions, 0),
        of.whole("groups", 1),
        of.truth("bias", true),
        asymmetric);
  }

  private static List<List<Integer>> sides(int dimensions, Attributes of)
      throws MalformedException {
    if (of.has("padding")) {
      return of.sides("padding");
    }
    return Collections.nCopies(dimensions, List.of(0, 0));
  }

  /// As much padding as keeps the extent; an odd one goes behind. Source: `torch.nn.Conv2d`.
  private static List<List<Integer>> same(List<Integer> kernel, List<Integer> dilation) {
    var sides = new ArrayList<List<Integer>>();
    for (int i = 0; i < kernel.size() && i < dilation.size(); i++) {
      int both = Math.multiplyExact(dilation.get(i), kernel.get(i) - 1);
      sides.add(List.of(both / 2, both - both / 2));
    }
    return sides;
  }

  private static Pool pool(boolean maximum, Attributes of) throws MalformedException {
    List<Integer> kernel = of.wholes("kernel_size");
    return new Pool(
        maximum,
        kernel,
        of.wholes("stride", kernel),
        of.wholes("padding", kernel.size(), 0),
        of.wholes("dilation", kernel.size(), 1),
        of.truth("ceil_mode", false));
  }

  private static Attention attention(Attributes of) throws MalformedException {
    return new Attention(
        of.whole("num_heads"),
        of.whole("query_length"),
        of.whole("key_length"),
        of.whole("head_dim"),
        WireNames.of(
            "backend", of.word("backend"), Attention.Backend.values(), Attention.Backend::wireName),
        of.fraction("dropout_p", 0),
        of.truth("is_causal", false));
  }

  private static Opaque opaque(Attributes of) throws MalformedException {
    return new Opaque(
        of.word("operator"),
        of.shape("output_shape"),
        of.large("parameters", 0),
        of.wholes("saves_inputs", List.of()),
        of.truth("saves_output", false),
        of.large("saved_bytes_per_sample", 0),
        of.large("saved_bytes", 0));
  }

  private static View.Kind view(String type) throws MalformedException {
    return WireNames.of("type", type, View.Kind.values(), View.Kind::wireName);
  }

  private static TensorShape shapeOrNone(Attributes of) throws MalformedException {
    return of.has("shape") ? of.shape("shape") : TensorShape.of();
  }
}
