package dev.headroom.client.djl;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.convolutional.Conv3d;
import ai.djl.nn.convolutional.Convolution;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.util.Pair;
import dev.headroom.client.LayerConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Walks an initialized block in the order of its execution and books each layer with its shapes.
 * What it does not know ends the walk with a reason: a guess would be a wrong budget.
 */
final class BlockWalk {
  private final LayerConfig.Builder config;
  private String value;
  private Shape shape;

  /**
   * A walk from that input.
   *
   * @param shape of the input, with its batch dimension
   */
  BlockWalk(LayerConfig.Builder config, String input, Shape shape) {
    this.config = config;
    this.value = input;
    this.shape = shape;
  }

  /** A block that cannot be described: the message says which, and why. */
  static final class UnknownBlockException extends Exception {
    UnknownBlockException(String message) {
      super(message);
    }
  }

  /** The name of the last value. */
  String value() {
    return value;
  }

  void walk(String name, Block block) throws UnknownBlockException {
    if (block instanceof SequentialBlock sequence) {
      for (Pair<String, Block> child : sequence.getChildren()) {
        walk(name.isEmpty() ? child.getKey() : name + "." + child.getKey(), child.getValue());
      }
    } else if (block instanceof Convolution convolution) {
      convolution(name, convolution);
    } else if (block instanceof Linear) {
      linear(name, block);
    } else if (block instanceof BatchNorm) {
      layer(name, batchNorm(), Map.of("num_features", shape.get(1)), block);
    } else if (block instanceof Dropout) {
      layer(name, "dropout", Map.of(), block);
    } else if (block instanceof LambdaBlock lambda) {
      lambda(name, lambda);
    } else {
      throw new UnknownBlockException(
          name + ": a block of " + block.getClass().getName() + " does not say what it computes");
    }
  }

  private void convolution(String name, Convolution block) throws UnknownBlockException {
    String type;
    if (block instanceof Conv2d) {
      type = "conv2d";
    } else if (block instanceof Conv1d) {
      type = "conv1d";
    } else if (block instanceof Conv3d) {
      type = "conv3d";
    } else {
      throw new UnknownBlockException(name + ": a convolution of " + block.getClass().getName());
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("in_channels", shape.get(1));
    attributes.put("out_channels", block.getFilters());
    attributes.put("kernel_size", sizes(block.getKernelShape()));
    attributes.put("stride", sizes(block.getStride()));
    attributes.put("padding", sizes(block.getPadding()));
    attributes.put("dilation", sizes(block.getDilation()));
    attributes.put("groups", block.getGroups());
    attributes.put("bias", block.isIncludeBias());
    layer(name, type, attributes, block);
  }

  private void linear(String name, Block block) {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (Pair<String, Parameter> each : block.getDirectParameters()) {
      parameters.put(each.getKey(), each.getValue());
    }
    Shape weight = parameters.get("weight").getShape();
    layer(
        name,
        "linear",
        Map.of(
            "in_features",
            weight.get(1),
            "out_features",
            weight.get(0),
            "bias",
            parameters.containsKey("bias")),
        block);
  }

  private String batchNorm() {
    return switch (shape.dimension()) {
      case 4 -> "batch_norm2d";
      case 5 -> "batch_norm3d";
      default -> "batch_norm1d";
    };
  }

  /** A function: known by the name that DJL gives it, since it says nothing else of itself. */
  private void lambda(String name, LambdaBlock block) throws UnknownBlockException {
    String function = block.getName().toLowerCase(Locale.ROOT);
    switch (function) {
      case "relu", "sigmoid", "tanh", "gelu", "elu", "mish", "softplus" ->
          layer(name, function, Map.of(), block);
      case "leakyrelu" -> layer(name, "leaky_relu", Map.of(), block);
      case "swish" -> layer(name, "silu", Map.of(), block);
      case "batchflatten" -> layer(name, "flatten", flattened(block), block);
      case "identity" -> layer(name, "identity", Map.of(), block);
      case "maxpool1d", "maxpool2d", "maxpool3d", "globalmaxpool1d", "globalmaxpool2d" ->
          pool(name, block, true);
      case "avgpool1d", "avgpool2d", "avgpool3d", "globalavgpool1d", "globalavgpool2d" ->
          pool(name, block, false);
      default ->
          throw new UnknownBlockException(
              name + ": a function named " + block.getName() + " does not say what it computes");
    }
  }

  private Map<String, Object> flattened(Block block) {
    return Map.of("shape", withoutBatch(block.getOutputShapes(new Shape[] {shape})[0]));
  }

  /** Its kernel is hidden in the function; what it saves follows from its shapes alone. */
  private void pool(String name, LambdaBlock block, boolean max) {
    Shape output = block.getOutputShapes(new Shape[] {shape})[0];
    List<Long> sizes = withoutBatch(output);
    long elements = sizes.stream().reduce(1L, Math::multiplyExact);
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("operator", max ? "max_pool" : "avg_pool");
    attributes.put("output_shape", sizes);
    attributes.put("saves_inputs", List.of(0));
    // The positions of the maxima, 8 bytes each.
    attributes.put("saved_bytes_per_sample", max ? Math.multiplyExact(8L, elements) : 0L);
    layer(name, "opaque", attributes, block);
  }

  private void layer(String name, String type, Map<String, ?> attributes, Block block) {
    config.layer(name, type, List.of(value), attributes);
    value = name;
    shape = block.getOutputShapes(new Shape[] {shape})[0];
  }

  private static List<Long> sizes(Shape shape) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape.getShape()) {
      sizes.add(size);
    }
    return sizes;
  }

  static List<Long> withoutBatch(Shape shape) {
    return sizes(shape.slice(1));
  }
}
