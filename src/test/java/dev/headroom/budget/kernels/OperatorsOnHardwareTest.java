package dev.headroom.budget.kernels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// What operators hold at their highest on a GPU, forward and backward, as PyTorch's allocator
/// counted it on an H100: `deploy/gpu-check/operators.py` wrote the figures.
class OperatorsOnHardwareTest {

  private static final String MEASURED = "docs/hardware/h100-80gb-580.159.04/operators.csv";

  private static final String GELU =
      """
      {"name": "after", "type": "gelu", "inputs": ["op"]}\
      """;

  /// Layers of each operator over `x`; the judged ones are called `op`.
  private static final Map<String, String> LAYERS =
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
          Map.entry("GRU", recurrent(3, 1, 1, 6 * 128 * 512)),
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
          Map.entry("cumsum", opaque("cumsum", "[1024, 1024]", "")),
          Map.entry("variance", opaque("var", "[1024]", ", \"saves_inputs\": [0]")));

  /// What a layer config does not ask for: in half precision there is a faster kernel.
  private static final Set<String> OTHER_KERNEL =
      Set.of("attention efficient bfloat16", "attention with mask and dropout bfloat16");

  /// Rows that are judged elsewhere, or not by a rule: cuDNN chooses a convolution's algorithm when
  /// it runs, so what that takes is learned; docs/accuracy.md says of the others why.
  private static final Set<String> NOT_JUDGED =
      Set.of(
          "log_softmax",
          "attention math",
          "attention chosen, causal",
          "multi-head attention",
          "linear",
          "conv 3x3",
          "conv 1x1",
          "conv 7x7 stride 2",
          "conv depthwise",
          "conv, circular padding",
          "conv, reflect padding",
          "transposed conv",
          "conv 1d",
          "conv 3d",
          "conv dilated",
          "conv of groups",
          "masked fill",
          "batched product",
          "embedding bag",
          "gather",
          "topk",
          "norm",
          "sum over tokens",
          "index",
          "sort",
          "embedding",
          "cross entropy",
          "Adam, foreach",
          "Adam, fused",
          "Adam, for_loop");

  /// What the allocator did not cut off a cached block that was larger than asked for: at most one
  /// mebibyte for each request.
  private static final Map<String, Long> NOT_CUT_OFF =
      Map.of(
          "LSTM of 2 layers, dropout float32 forward", 785_920L,
          "LSTM of 2 layers, dropout float32 backward", 785_920L,
          "LSTM, bidirectional float32 forward", 523_776L,
          "LSTM, bidirectional float32 backward", 523_776L,
          "GRU float32 forward", 32_768L,
          "dropout bfloat16 forward", 32_768L);

  /// Seed and offset are on the device in the references, and not where kernels run.
  private static final Map<String, Long> IN_THE_REFERENCES_ALONE =
      Map.of(
          "attention efficient float32 forward", 1024L,
          "attention with mask and dropout float32 forward", 1024L);

  @ParameterizedTest(name = "{0} {1} {2} {3}")
  @CsvFileSource(files = MEASURED, numLinesToSkip = 1)
  void holdsAsMuchAtItsHighest(
      String operator, String dtype, String shape, String pass, long bytes, long left, long peak) {
    // Given
    String layers = LAYERS.get(operator);
    String row = String.join(" ", operator, dtype, pass);
    if (layers == null || OTHER_KERNEL.contains(operator + " " + dtype)) {
      assertThat(NOT_JUDGED.contains(operator) || layers != null).as(row).isTrue();
      return;
    }
    // When
    long highest = highest(config(layers, dtype, shape), phase(pass));
    // Then
    assertThat(highest)
        .as("%s: all requests %d, left %d", row, bytes, left)
        .isEqualTo(
            peak
                - NOT_CUT_OFF.getOrDefault(row, 0L)
                + IN_THE_REFERENCES_ALONE.getOrDefault(row, 0L));
  }

  /// The same shape in both formats: 128 times 1,024 queries of 64 numbers.
  @Test
  void efficientAttentionOfHalves() {
    long gradients = 3 * 16_777_216;
    List<Long> held = new AttentionBuffers(128, 1024, 64).efficient(true, 0);
    assertThat(held).containsExactly(peak("attention efficient", "bfloat16") - gradients);
  }

  /// Of 8,192 indices in a table of 32,000 × 1,024 as the allocator rounds each request; of its
  /// peak two cached blocks were not cut off.
  @Test
  void embeddingsSortTheirIndices() {
    long notCutOff = 132_120_576 - 131_072_000 + 37_748_736 - 36_909_056;
    assertThat(EmbeddingBuffers.bytes(8192, 32_000, 4096))
        .isEqualTo(peak("embedding", "float32") - 131_072_000 - notCutOff);
    assertThat(EmbeddingBuffers.bytes(3072, 32_000, 4096)).isZero();
  }

  private static long peak(String operator, String dtype) {
    try (Stream<String> rows = Files.lines(Path.of(MEASURED))) {
      String row =
          rows.filter(line -> line.startsWith(operator + "," + dtype + ","))
              .filter(line -> line.contains(",backward,"))
              .findFirst()
              .orElseThrow();
      return Long.parseLong(row.split(",", -1)[6]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static IterationPhase phase(String pass) {
    return pass.equals("forward") ? IterationPhase.FORWARD : IterationPhase.BACKWARD;
  }

  /// Bytes of blocks above what was held before the operator ran, at the most.
  private static long highest(LayerConfig config, IterationPhase phase) {
    var network = (Network) config.description();
    AllocationEvents events = AllocationTrace.of(config, network).withKernelTemporaries().events();
    var own = new HashSet<Integer>();
    long live = 0;
    long highest = 0;
    for (int i = 0; i < events.size(); i++) {
      int id = events.storageAt(i).id();
      long block = Math.ceilDiv(events.storageAt(i).bytes(), 512L) * 512;
      if (events.phaseAt(i) != phase || !isJudged(network, events.layerAt(i))) {
        continue;
      }
      if (events.isAllocation(i)) {
        own.add(id);
        live += block;
      } else if (own.remove(id)) {
        live -= block;
      }
      highest = Math.max(highest, live);
    }
    return highest;
  }

  private static boolean isJudged(Network network, int layer) {
    return layer >= 0 && network.layers().get(layer).name().startsWith("op");
  }

  private static LayerConfig config(String layers, String dtype, String shape) {
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
