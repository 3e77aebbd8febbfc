package dev.headroom.budget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Networks drawn from a seed that PyTorch can run: of vectors, tokens, signals, images or volumes,
/// with branches that meet again, gates, attention, shared and frozen layers. Written as layer
/// configs.
final class TorchNetworks {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CLASSES = 10;
  private static final int MAX_ELEMENTS = 30_000;
  private static final List<String> PADDING_MODES =
      List.of("reflect", "replicate", "circular", "zeros", "zeros", "zeros");
  private static final List<String> IN_PLACE =
      List.of("relu", "relu6", "hardtanh", "leaky_relu", "elu", "silu", "mish", "hardswish");
  private static final List<String> ACTIVATIONS =
      List.of(
          "relu",
          "relu6",
          "hardtanh",
          "leaky_relu",
          "elu",
          "silu",
          "mish",
          "hardswish",
          "gelu",
          "hardsigmoid",
          "sigmoid",
          "tanh",
          "softplus");

  private final Random random;
  private final ArrayNode layers = JSON.createArrayNode();
  private final List<Value> values = new ArrayList<>();
  private Value last;

  /// What the shapes of a network mean; the batch left out.
  private enum Space {
    VECTOR(0),
    TOKENS(0),
    SIGNAL(1),
    IMAGE(2),
    VOLUME(3);

    private final int dimensions;

    Space(int dimensions) {
      this.dimensions = dimensions;
    }

    /// Of a convolution; none for vectors and tokens.
    int dimensions() {
      return dimensions;
    }
  }

  /// @param fresh whether nobody has saved it, so that it may be overwritten
  private record Value(String name, List<Integer> shape, boolean fresh) {

    int channels() {
      return shape.getFirst();
    }

    int elements() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  private TorchNetworks(long seed) {
    random = new Random(seed);
    last = new Value("x", List.of(), false);
  }

  static ObjectNode config(long seed) {
    return new TorchNetworks(seed).config();
  }

  private ObjectNode config() {
    Space space = Space.values()[random.nextInt(Space.values().length)];
    boolean indices = space == Space.TOKENS && random.nextBoolean();
    ObjectNode config = JSON.createObjectNode();
    config.put("schema", "headroom/layer-config/1").put("job", "witness");
    config.putObject("framework").put("name", "pytorch").put("version", "2.15.0");
    config.put("batch_size", 2 + random.nextInt(4)).put("lifetimes", "observed");
    config.putObject("precision").put("parameters", random.nextInt(4) == 0 ? "float64" : "float32");
    int size = 8 + 4 * random.nextInt(3);
    List<Integer> shape =
        switch (space) {
          case VECTOR -> List.of(24);
          case TOKENS -> indices ? List.of(size) : List.of(size, 16);
          case SIGNAL -> List.of(3, 64);
          case IMAGE -> List.of(3, size, size);
          case VOLUME -> List.of(2, 8, 8, 8);
        };
    last = new Value("x", shape, false);
    config
        .putArray("inputs")
        .addObject()
        .put("name", "x")
        .put("dtype", indices ? "int64" : config.path("precision").path("parameters").asText())
        .set("shape", JSON.valueToTree(shape));
    if (indices) {
      add("embedding", List.of(size, 16), Map.of("num_embeddings", 50, "embedding_dim", 16), last);
    }
    int count = 4 + random.nextInt(24);
    for (int i = 0; i < count; i++) {
      step(space);
    }
    head(space);
    config.set("layers", layers);
    return config;
  }

  private void step(Space space) {
    switch (random.nextInt(4)) {
      case 0 -> mix(space);
      case 1 -> activate(space);
      case 2 -> join(space);
      default -> {
        switch (space) {
          case VECTOR -> onVector();
          case TOKENS -> onTokens();
          case SIGNAL, IMAGE, VOLUME -> onPlaces(space);
        }
      }
    }
  }

  /// A layer with weights.
  private void mix(Space space) {
    if (space.dimensions() > 0) {
      convolution(space, last);
      return;
    }
    int in = last.shape().getLast();
    Value twin =
        values.stream()
            .filter(value -> value.name().startsWith("linear" + in + "_"))
            .findFirst()
            .orElse(null);
    int out = twin == null && random.nextInt(3) == 0 ? 8 * (1 + random.nextInt(4)) : in;
    linear(in, out, random.nextInt(3) == 0 ? twin : null);
  }

  private void linear(int in, int out, @Nullable Value twin) {
    Map<String, Object> of =
        Map.of(
            "in_features", in, "out_features", out, "bias", twin != null || random.nextInt(4) > 0);
    Value made = add("linear", with(last.shape(), -1, out), of, last);
    if (twin != null && hasBias(twin)) {
      ((ObjectNode) layers.get(layers.size() - 1)).put("shares", twin.name());
    } else if (in == out) {
      // Its name says what may share it.
      rename(made, "linear" + in + "_" + layers.size());
    }
  }

  private boolean hasBias(Value linear) {
    for (JsonNode layer : layers) {
      if (layer.path("name").asText().equals(linear.name())) {
        return layer.path("bias").asBoolean();
      }
    }
    return false;
  }

  private void rename(Value value, String name) {
    ((ObjectNode) layers.get(layers.size() - 1)).put("name", name);
    last = new Value(name, value.shape(), value.fresh());
    values.set(values.size() - 1, last);
  }

  private void convolution(Space space, Value in) {
    int dimensions = space.dimensions();
    int extent = in.shape().getLast();
    boolean transposed = random.nextInt(6) == 0 && in.elements() < 2000;
    int kernel = extent < 3 ? 1 : 1 + 2 * random.nextInt(2);
    int stride = transposed ? 2 : extent >= 8 && random.nextInt(3) == 0 ? 2 : 1;
    int out = transposed ? 8 : 8 * (1 + random.nextInt(3));
    int groups = in.channels() % 8 == 0 && random.nextInt(3) == 0 ? 8 : 1;
    int moved =
        transposed
            ? (extent - 1) * stride - 2 * (kernel / 2) + kernel
            : (extent + 2 * (kernel / 2) - kernel) / stride + 1;
    add(
        (transposed ? "conv_transpose" : "conv") + dimensions + "d",
        places(out, moved, dimensions),
        Map.of(
            "in_channels", in.channels(),
            "out_channels", out,
            "kernel_size", all(kernel, dimensions),
            "stride", all(stride, dimensions),
            "padding", all(kernel / 2, dimensions),
            "dilation", all(1, dimensions),
            "groups", groups,
            "bias", random.nextBoolean(),
            "padding_mode", transposed ? "zeros" : PADDING_MODES.get(random.nextInt(6))),
        in);
  }

  private void activate(Space space) {
    Value in = last;
    switch (random.nextInt(6)) {
      case 0 -> add("dropout", in.shape(), Map.of("p", 0.3, "inplace", overwrites(in)), in);
      case 1 -> {
        int slopes = space == Space.TOKENS || random.nextBoolean() ? 1 : in.channels();
        add("prelu", in.shape(), Map.of("num_parameters", slopes), in);
      }
      default -> {
        String kind = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
        boolean inplace = IN_PLACE.contains(kind) && overwrites(in);
        add(kind, in.shape(), Map.of("inplace", inplace), in);
      }
    }
  }

  /// Overwrites a value now and then; then nobody else may read it.
  private boolean overwrites(Value value) {
    return value.fresh() && random.nextBoolean() && values.remove(value);
  }

  /// Meets an earlier value of the same shape, or a number.
  private void join(Space space) {
    Value in = last;
    List<Value> alike =
        values.stream().filter(v -> v.shape().equals(in.shape()) && !v.equals(in)).toList();
    List<String> kinds = List.of("add", "add", "mul", "sub", "div");
    String kind = kinds.get(random.nextInt(kinds.size()));
    if (alike.isEmpty()) {
      add(kind, in.shape(), Map.of("inplace", kind.equals("add") && overwrites(in)), in);
      return;
    }
    Value other = alike.get(random.nextInt(alike.size()));
    if (random.nextInt(3) == 0 && in.elements() * 2 < MAX_ELEMENTS) {
      int at = space == Space.TOKENS ? 2 : 1;
      int joined = 2 * in.shape().get(at - 1);
      add("concat", with(in.shape(), at - 1, joined), Map.of("dim", at), in, other);
    } else {
      boolean inplace = kind.equals("add") && overwrites(in);
      add(kind, in.shape(), Map.of("inplace", inplace), in, other);
    }
  }

  private void onVector() {
    Value in = last;
    switch (random.nextInt(3)) {
      case 0 -> norm("batch_norm1d");
      case 1 -> add("layer_norm", in.shape(), Map.of("normalized_shape", in.shape()), in);
      default -> add("softmax", in.shape(), Map.of("dim", 1), in);
    }
  }

  private void norm(String kind) {
    Map<String, Object> of =
        Map.of(
            "num_features",
            last.channels(),
            "affine",
            random.nextInt(4) > 0,
            "track_running_stats",
            random.nextInt(4) > 0);
    add(kind, last.shape(), of, last);
  }

  private void onTokens() {
    Value in = last;
    int width = in.shape().get(1);
    switch (random.nextInt(5)) {
      case 0 -> add("layer_norm", in.shape(), Map.of("normalized_shape", List.of(width)), in);
      case 1 -> {
        var shape = List.of(1, in.shape().get(0), width);
        Value positions = add("parameter", shape, Map.of("shape", shape));
        values.remove(positions);
        add("add", in.shape(), Map.of(), in, positions);
      }
      case 2 -> add("roll", in.shape(), Map.of(), in);
      case 3 -> {
        var half = List.of(in.shape().get(0), width / 2);
        Map<String, Object> of = Map.of("shape", half, "dim", 2, "start", width - width / 2);
        add("slice", half, of, in);
      }
      default -> attention(in.shape().get(0), width);
    }
  }

  /// One head, of a product of tokens, a softmax and another product.
  private void attention(int length, int width) {
    Value in = last;
    var scores = List.of(length, length);
    linear(width, width, null);
    Value q = last;
    last = in;
    linear(width, width, null);
    Value k = last;
    Map<String, Object> turned = Map.of("shape", List.of(width, length), "dims", List.of(0, 2, 1));
    Value kt = add("permute", List.of(width, length), turned, k);
    last = in;
    linear(width, width, null);
    Value v = last;
    Value product = add("matmul", scores, Map.of(), q, kt);
    Value scaled = add("div", scores, Map.of(), product);
    Value weights = add("softmax", scores, Map.of("dim", -1), scaled);
    values.removeAll(List.of(kt, product, scaled, weights));
    add("matmul", in.shape(), Map.of(), weights, v);
  }

  private void onPlaces(Space space) {
    Value in = last;
    int dimensions = space.dimensions();
    int channels = in.channels();
    int extent = in.shape().getLast();
    switch (random.nextInt(space == Space.IMAGE ? 9 : 5)) {
      case 0, 1 -> norm("batch_norm" + dimensions + "d");
      case 2 -> {
        String kind = random.nextBoolean() ? "max_pool" : "avg_pool";
        int pooled = extent < 4 ? extent : (extent - 2) / 2 + 1;
        List<Integer> window = all(extent < 4 ? 1 : 2, dimensions);
        add(
            kind,
            places(channels, pooled, dimensions),
            Map.of(
                "kernel_size",
                window,
                "stride",
                window,
                "padding",
                all(0, dimensions),
                "ceil_mode",
                false),
            in);
      }
      case 3 -> {
        boolean affine = random.nextBoolean();
        Map<String, Object> of =
            Map.of("num_features", channels, "affine", affine, "track_running_stats", false);
        add(extent > 1 ? "instance_norm" : "identity", in.shape(), of, in);
      }
      case 4 -> {
        int groups = channels % 4 == 0 ? 4 : 1;
        add("group_norm", in.shape(), Map.of("num_groups", groups, "num_channels", channels), in);
      }
      case 5 -> gate(space);
      case 6 -> resize(channels, extent);
      case 7 -> add("stochastic_depth", in.shape(), Map.of("noise_shape", List.of(1, 1, 1)), in);
      default -> add("local_response_norm", in.shape(), Map.of("size", 3), in);
    }
  }

  /// Squeeze and excite.
  private void gate(Space space) {
    Value in = last;
    add("adaptive_avg_pool", places(in.channels(), 1, 2), Map.of("output_size", List.of(1, 1)), in);
    convolution(space, last);
    add("hardsigmoid", last.shape(), Map.of(), last);
    if (last.channels() == in.channels()) {
      add("mul", in.shape(), Map.of(), in, last);
    } else {
      last = in;
    }
  }

  private void resize(int channels, int extent) {
    Value in = last;
    if (channels % 4 == 0 && random.nextBoolean()) {
      var shape = places(channels / 4, extent * 2, 2);
      add("pixel_shuffle", shape, Map.of("upscale_factor", 2), in);
    } else if (random.nextBoolean()) {
      String mode = PADDING_MODES.get(random.nextInt(4));
      add(
          "pad",
          places(channels, extent + 2, 2),
          Map.of("padding", List.of(1, 1, 1, 1), "mode", mode.equals("zeros") ? "constant" : mode),
          in);
    } else if (in.elements() * 4 < MAX_ELEMENTS) {
      var factor = List.of(2.0, 2.0);
      add("upsample", places(channels, extent * 2, 2), Map.of("scale_factor", factor), in);
    }
  }

  private void head(Space space) {
    Value in = last;
    int channels = in.channels();
    int dimensions = space.dimensions();
    switch (space) {
      case VECTOR -> {}
      case TOKENS ->
          add(
              "mean",
              List.of(in.shape().getLast()),
              Map.of("dim", List.of(1), "keepdim", false),
              in);
      case SIGNAL, IMAGE, VOLUME -> {
        int size = 1 + random.nextInt(2);
        String kind =
            space == Space.VOLUME || random.nextBoolean()
                ? "adaptive_avg_pool"
                : "adaptive_max_pool";
        var pooled = places(channels, size, dimensions);
        add(kind, pooled, Map.of("output_size", all(size, dimensions)), in);
        var flat = List.of(last.elements());
        add("flatten", flat, Map.of("shape", flat), last);
      }
    }
    Map<String, Object> of =
        Map.of("in_features", last.shape().getLast(), "out_features", CLASSES, "bias", true);
    add("linear", List.of(CLASSES), of, last);
    ((ObjectNode) layers.get(layers.size() - 1)).remove("trainable");
  }

  private Value add(String kind, List<Integer> shape, Map<String, Object> of, Value... inputs) {
    String name = "m" + layers.size() / 6 + "." + kind + layers.size();
    ObjectNode layer = layers.addObject();
    layer.put("name", name).put("type", kind);
    layer.set("inputs", JSON.valueToTree(Arrays.stream(inputs).map(Value::name).toList()));
    of.forEach((key, value) -> layer.set(key, JSON.valueToTree(value)));
    boolean weighted =
        kind.startsWith("conv") || kind.startsWith("batch_norm") || kind.equals("linear");
    if (weighted && random.nextInt(6) == 0) {
      layer.put("trainable", false);
    }
    boolean fresh = weighted || (kind.equals("add") && !of.containsValue(true));
    last = new Value(name, shape, fresh);
    values.add(last);
    return last;
  }

  private static List<Integer> places(int channels, int extent, int dimensions) {
    var shape = new ArrayList<>(List.of(channels));
    shape.addAll(all(extent, dimensions));
    return List.copyOf(shape);
  }

  private static List<Integer> all(int value, int dimensions) {
    return IntStream.range(0, dimensions).mapToObj(_ -> value).toList();
  }

  private static List<Integer> with(List<Integer> shape, int index, int extent) {
    var changed = new ArrayList<>(shape);
    changed.set(index < 0 ? index + shape.size() : index, extent);
    return List.copyOf(changed);
  }
}
