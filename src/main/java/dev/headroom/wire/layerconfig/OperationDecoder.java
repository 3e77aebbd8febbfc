package dev.headroom.wire.layerconfig;

import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.AdaptivePool;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.BatchNorm;
import dev.headroom.network.operation.Concat;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Dropout;
import dev.headroom.network.operation.Embedding;
import dev.headroom.network.operation.GroupNorm;
import dev.headroom.network.operation.InstanceNorm;
import dev.headroom.network.operation.LayerNorm;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.LocalResponseNorm;
import dev.headroom.network.operation.Matmul;
import dev.headroom.network.operation.Mean;
import dev.headroom.network.operation.MultiheadAttention;
import dev.headroom.network.operation.Opaque;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.PRelu;
import dev.headroom.network.operation.Pad;
import dev.headroom.network.operation.PixelShuffle;
import dev.headroom.network.operation.Pool;
import dev.headroom.network.operation.Recurrent;
import dev.headroom.network.operation.Roll;
import dev.headroom.network.operation.Softmax;
import dev.headroom.network.operation.StochasticDepth;
import dev.headroom.network.operation.To;
import dev.headroom.network.operation.Upsample;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.Printable;
import dev.headroom.wire.json.WireNames;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Makes an operation of a layer's type and attributes: the table of the contract.
final class OperationDecoder {

  private OperationDecoder() {}

  /// @param dtype the format of the layer's result, which a leaf holds
  /// @throws IllegalArgumentException naming the attribute, if its value is out of range
  static Operation of(String type, LayerAttributes of, DType dtype) throws MalformedException {
    return switch (type) {
      case "conv1d" -> convolution(false, 1, of);
      case "conv2d" -> convolution(false, 2, of);
      case "conv3d" -> convolution(false, 3, of);
      case "conv_transpose1d" -> convolution(true, 1, of);
      case "conv_transpose2d" -> convolution(true, 2, of);
      case "conv_transpose3d" -> convolution(true, 3, of);
      case "linear" ->
          new Linear(of.integer("in_features"), of.integer("out_features"), of.bool("bias", true));
      case "batch_norm1d", "batch_norm2d", "batch_norm3d" ->
          new BatchNorm(
              of.integer("num_features"),
              of.bool("affine", true),
              of.bool("track_running_stats", true));
      case "instance_norm" ->
          new InstanceNorm(
              of.integer("num_features"),
              of.bool("affine", true),
              of.bool("track_running_stats", true));
      case "layer_norm", "rms_norm" ->
          new LayerNorm(
              type.equals("rms_norm"),
              of.shape("normalized_shape"),
              of.bool("elementwise_affine", true),
              of.bool("bias", true));
      case "group_norm" ->
          new GroupNorm(
              of.integer("num_groups"), of.integer("num_channels"), of.bool("affine", true));
      case "local_response_norm" -> new LocalResponseNorm(of.integer("size"));
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
              of.bool("inplace", false));
      case "prelu" -> new PRelu(of.integer("num_parameters", 1));
      case "softmax" -> new Softmax(of.integer("dim"));
      case "max_pool" -> pool(true, of);
      case "avg_pool" -> pool(false, of);
      case "adaptive_max_pool" -> new AdaptivePool(true, of.integers("output_size"));
      case "adaptive_avg_pool" -> new AdaptivePool(false, of.integers("output_size"));
      case "mean" -> new Mean(of.integers("dim"), of.bool("keepdim", false));
      case "dropout" -> new Dropout(of.number("p", 0.5), of.bool("inplace", false));
      case "stochastic_depth" -> new StochasticDepth(of.shape("noise_shape"));
      case "add", "sub", "mul", "div" ->
          new Arithmetic(
              WireNames.of("type", type, Arithmetic.Kind.values(), Arithmetic.Kind::wireName),
              of.bool("inplace", false));
      case "concat" ->
          new Concat(
              of.integer("dim"),
              of.has("output_shape") ? of.shape("output_shape") : TensorShape.of());
      case "matmul" -> new Matmul();
      case "scaled_dot_product_attention" -> attention(of);
      case "multihead_attention" ->
          new MultiheadAttention(
              of.integer("embed_dim"), of.integer("num_heads"), of.bool("bias", true));
      case "lstm", "gru" ->
          new Recurrent(
              WireNames.of("type", type, Recurrent.Kind.values(), Recurrent.Kind::wireName),
              of.integer("input_size"),
              of.integer("hidden_size"),
              of.integer("num_layers", 1),
              of.bool("bidirectional", false),
              of.bool("bias", true));
      case "embedding" ->
          new Embedding(of.longInteger("num_embeddings"), of.integer("embedding_dim"));
      case "upsample" -> new Upsample(of.numbers("scale_factor"), of.integers("size", List.of()));
      case "pixel_shuffle" -> new PixelShuffle(of.integer("upscale_factor"));
      case "pad" -> new Pad(of.integers("padding"));
      case "roll" -> new Roll();
      case "to" -> new To(of.has("dtype_of") ? of.string("dtype_of") : "");
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
      default -> throw new MalformedException("type is unknown: " + Printable.quoted(type));
    };
  }

  private static Convolution convolution(boolean transposed, int dimensions, LayerAttributes of)
      throws MalformedException {
    List<Integer> kernel = of.integers("kernel_size");
    if (kernel.size() != dimensions) {
      throw new MalformedException(
          "kernel_size has %d numbers, not %d: %s".formatted(kernel.size(), dimensions, kernel));
    }
    List<Integer> dilation = of.integers("dilation", dimensions, 1);
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
        of.integer("in_channels"),
        of.integer("out_channels"),
        kernel,
        of.integers("stride", dimensions, 1),
        padding,
        dilation,
        of.integers("output_padding", dimensions, 0),
        of.integer("groups", 1),
        of.bool("bias", true),
        asymmetric);
  }

  private static List<List<Integer>> sides(int dimensions, LayerAttributes of)
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

  private static Pool pool(boolean maximum, LayerAttributes of) throws MalformedException {
    List<Integer> kernel = of.integers("kernel_size");
    return new Pool(
        maximum,
        kernel,
        of.integers("stride", kernel),
        of.integers("padding", kernel.size(), 0),
        of.integers("dilation", kernel.size(), 1),
        of.bool("ceil_mode", false));
  }

  private static Attention attention(LayerAttributes of) throws MalformedException {
    return new Attention(
        of.integer("num_heads"),
        of.integer("query_length"),
        of.integer("key_length"),
        of.integer("head_dim"),
        WireNames.of(
            "backend",
            of.string("backend"),
            Attention.Backend.values(),
            Attention.Backend::wireName),
        of.number("dropout_p", 0),
        of.bool("is_causal", false));
  }

  private static Opaque opaque(LayerAttributes of) throws MalformedException {
    return new Opaque(
        of.string("operator"),
        of.shape("output_shape"),
        of.longInteger("parameters", 0),
        of.integers("saves_inputs", List.of()),
        of.bool("saves_output", false),
        of.longInteger("saved_bytes_per_sample", 0),
        of.longInteger("saved_bytes", 0));
  }

  private static View.Kind view(String type) throws MalformedException {
    return WireNames.of("type", type, View.Kind.values(), View.Kind::wireName);
  }

  private static TensorShape shapeOrNone(LayerAttributes of) throws MalformedException {
    return of.has("shape") ? of.shape("shape") : TensorShape.of();
  }
}
