package dev.headroom.budget.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Networks of one operator each: those that `deploy/gpu-check/operators.py` measures.
final class MeasuredOperators {

  static final String LOSS = "cross entropy";

  private static final String GELU =
      """
      {"name": "after", "type": "gelu", "inputs": ["op"]}\
      """;

  private MeasuredOperators() {}

  /// Layers of each operator over `x`; the judged ones are called `op`.
  static final Map<String, String> LAYERS =
      Map.ofEntries(
          Map.entry("softmax", op("softmax", "\"dim\": -1")),
          Map.entry("softmax of 4097", op("softmax", "\"dim\": -1")),
          Map.entry("softmax over channels", op("softmax", "\"dim\": 1")),
          Map.entry("attention flash", attention("flash", 16, 1024, 64) + GELU),
          Map.entry(
              "attention efficient", attention("efficient", 16, 1024, 64) + turned(16, 1024, 64)),
          Map.entry(
              "attention with mask and dropout",
              """
              {"name": "op.mask", "type": "constant", "inputs": [], "shape": [1024, 1024],
               "held_until": "op"},
              """
                  + attention("efficient", 16, 1024, 64).replace("\"x\"]", "\"x\", \"op.mask\"]")
                  + turned(16, 1024, 64)),
          Map.entry("attention cudnn", attention("cudnn", 16, 1024, 64) + GELU),
          Map.entry("attention of heads of 20", attention("flash", 16, 256, 20) + GELU),
          Map.entry("LSTM", recurrent(4, 1, 1, 5 * 128 * 512)),
          Map.entry(
              "LSTM of 2 layers, dropout",
              recurrent(4, 2, 1, 2 * 5 * 128 * 512 + 128 * 512 + 128 * 16)),
          Map.entry("LSTM, bidirectional", recurrent(4, 1, 2, 2 * 5 * 128 * 512)),
          Map.entry("GRU", recurrent(3, 1, 1, 4 * 128 * 512)),
          Map.entry("RNN", recurrent(1, 1, 1, 128 * 512)),
          Map.entry("batch norm", op("batch_norm2d", "\"num_features\": 64")),
          Map.entry("group norm", op("group_norm", "\"num_groups\": 8, \"num_channels\": 64")),
          Map.entry(
              "instance norm",
              op(
                  "instance_norm",
                  "\"num_features\": 64, \"affine\": false, \"track_running_stats\": false")),
          Map.entry("layer norm", op("layer_norm", "\"normalized_shape\": [1024]")),
          Map.entry("rms norm", op("rms_norm", "\"normalized_shape\": [1024]")),
          Map.entry(
              "max pool",
              op("max_pool", "\"kernel_size\": [3, 3], \"stride\": [2, 2], \"padding\": [1, 1]")),
          Map.entry("adaptive average pool", op("adaptive_avg_pool", "\"output_size\": [7, 7]")),
          Map.entry("average pool", op("avg_pool", "\"kernel_size\": [2, 2]")),
          Map.entry("bilinear upsampling", op("upsample", "\"scale_factor\": [2, 2]")),
          Map.entry("bicubic upsampling", op("upsample", "\"scale_factor\": [2, 2]")),
          Map.entry("gelu", op("gelu", "\"inplace\": false")),
          Map.entry("silu", op("silu", "\"inplace\": false")),
          Map.entry("dropout", op("dropout", "\"p\": 0.1")),
          Map.entry(
              LOSS,
              """
              {"name": "after", "type": "gelu", "inputs": ["x"]}],
               "loss": {"type": "cross_entropy", "inputs": ["after"]}, "outputs": ["after"\
              """),
          Map.entry("cumsum", opaque("cumsum", "[1024, 1024]", "")),
          Map.entry("variance", opaque("var", "[1024]", ", \"saves_inputs\": [0]")));

  static LayerConfig config(String layers, String dtype, String shape) {
    String[] extents = shape.split("x", -1);
    String sample = Arrays.stream(extents).skip(1).collect(Collectors.joining(", "));
    return LayerConfigDecoder.read(
        """
        {"schema": "headroom/layer-config/1", "job": "j", "batch_size": %d,
         "framework": {"name": "pytorch", "version": "2.11.0"}, "lifetimes": "observed",
         "precision": {"parameters": "%s", "autocast": null},
         "optimizer": {"type": "sgd"},
         "inputs": [{"name": "given", "shape": [%s]}],
         "layers": [
           {"name": "scale", "type": "parameter", "inputs": [], "shape": [1]},
           {"name": "x", "type": "mul", "inputs": ["given", "scale"]},
           %s]}
        """
            .formatted(Long.parseLong(extents[0]), dtype, sample, inBytes(layers, dtype))
            .getBytes(UTF_8));
  }

  private static String inBytes(String layers, String dtype) {
    long element = dtype.equals("float32") ? 4 : 2;
    return Pattern.compile("\"(\\d+) numbers\"")
        .matcher(layers)
        .replaceAll(found -> Long.toString(element * Long.parseLong(found.group(1))));
  }

  private static String op(String type, String attributes) {
    return layer(type, "[\"x\"]", attributes) + GELU;
  }

  private static String layer(String type, String inputs, String attributes) {
    return """
        {"name": "op", "type": "%s", "inputs": %s, %s},
        """
        .formatted(type, inputs, attributes);
  }

  private static String opaque(String operator, String shape, String more) {
    return layer(
            "opaque",
            "[\"x\"]",
            "\"operator\": \"%s\", \"output_shape\": %s%s".formatted(operator, shape, more))
        + GELU;
  }

  private static String attention(String backend, int heads, int length, int headDim) {
    return layer(
        "scaled_dot_product_attention",
        "[\"x\", \"x\", \"x\"]",
        """
        "backend": "%s", "num_heads": %d, "query_length": %d, "key_length": %d, "head_dim": %d\
        """
            .formatted(backend, heads, length, length, headDim));
  }

  private static String turned(int heads, int length, int headDim) {
    return """
        {"name": "turned", "type": "permute", "inputs": ["op"], "shape": [%d, %d, %d]},
        {"name": "after", "type": "gelu", "inputs": ["turned"]}
        """
        .formatted(length, heads, headDim);
  }

  /// Steps of 128 with 512 numbers, and 512 of a state, as the reporter writes them.
  private static String recurrent(int gates, int layers, int directions, long reserved) {
    var text = new StringBuilder();
    var names = new StringBuilder("\"x\"");
    for (int state = 0; state < (gates == 4 ? 2 : 1); state++) {
      text.append(
          """
          {"name": "op.state%d", "type": "constant", "inputs": [], "shape": [%d, 1, 512],
           "batched": true, "held_until": "op"},
          """
              .formatted(state, layers * directions));
      names.append(", \"op.state%d\"".formatted(state));
    }
    for (int i = 0; i < 4 * layers * directions; i++) {
      text.append(
          """
          {"name": "weight%d", "type": "parameter", "inputs": [], "shape": [%s]},
          """
              .formatted(i, (512 * gates) + (i % 4 < 2 ? ", 512" : "")));
      names.append(", \"weight%d\"".formatted(i));
    }
    return text
        + layer(
            "opaque",
            "[" + names + "]",
            """
            "operator": "_cudnn_rnn", "output_shape": [128, %d], "saves_inputs": [0],
            "saves_output": true, "saved_bytes_per_sample": "%d numbers", "saved_bytes": 256\
            """
                .formatted(512 * directions, reserved))
        + GELU;
  }
}
