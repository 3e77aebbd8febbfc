package dev.headroom.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.util.ArrayList;
import java.util.List;

/// From a configuration to its budget, with configurations that look like networks and are none, or
/// are of absurd size: the way in answers with an event or a reason and never throws.
///
/// Replays its corpus; `JAZZER_FUZZ=1 mvn test -Dtest=NetworkFuzzTest` looks for more.
class NetworkFuzzTest {

  /// Types, each with the attributes that it needs.
  private static final String[] TYPES = {
    "conv1d in_channels out_channels kernel_size",
    "conv2d in_channels out_channels kernel_size",
    "conv3d in_channels out_channels kernel_size",
    "conv_transpose2d in_channels out_channels kernel_size",
    "linear in_features out_features",
    "batch_norm2d num_features",
    "instance_norm num_features",
    "layer_norm normalized_shape",
    "rms_norm normalized_shape",
    "group_norm num_groups num_channels",
    "local_response_norm size",
    "relu",
    "silu",
    "prelu",
    "softmax dim",
    "max_pool kernel_size",
    "avg_pool kernel_size",
    "adaptive_avg_pool output_size",
    "mean dim",
    "dropout",
    "stochastic_depth noise_shape",
    "add",
    "mul",
    "concat dim",
    "matmul",
    "scaled_dot_product_attention num_heads query_length key_length head_dim",
    "multihead_attention embed_dim num_heads",
    "lstm input_size hidden_size",
    "gru input_size hidden_size",
    "embedding num_embeddings embedding_dim",
    "upsample scale_factor",
    "pixel_shuffle upscale_factor",
    "pad padding",
    "roll",
    "reshape shape",
    "permute shape",
    "slice shape",
    "expand shape",
    "flatten shape",
    "chunk shape",
    "identity",
    "contiguous",
    "parameter shape",
    "buffer shape",
    "constant shape",
    "opaque output_shape"
  };
  private static final String[] ATTRIBUTES = {
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "output_padding",
    "in_features",
    "out_features",
    "num_features",
    "normalized_shape",
    "num_groups",
    "num_channels",
    "size",
    "num_parameters",
    "dim",
    "output_size",
    "noise_shape",
    "num_heads",
    "query_length",
    "key_length",
    "head_dim",
    "embed_dim",
    "input_size",
    "hidden_size",
    "num_layers",
    "num_embeddings",
    "embedding_dim",
    "scale_factor",
    "upscale_factor",
    "shape",
    "output_shape",
    "parameters",
    "saves_inputs",
    "saved_bytes",
    "saved_bytes_per_sample"
  };
  private static final String[] FLAGS = {
    "bias",
    "affine",
    "inplace",
    "ceil_mode",
    "keepdim",
    "bidirectional",
    "batched",
    "trainable",
    "training_only",
    "saves_output",
    "is_causal"
  };
  private static final String[] OPTIMIZERS = {
    "sgd", "adam", "adamw", "adafactor", "lion", "adam8bit", "adagrad"
  };
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    64,
    224,
    1000,
    65_536,
    1_000_000_000,
    Integer.MAX_VALUE,
    1L << 40,
    Long.MAX_VALUE,
    -1
  };

  private final LayerConfigDecoder decoder = new LayerConfigDecoder();
  private final Predictor predictor = new Predictor(new KnownOverheads());

  @FuzzTest(maxDuration = "2m")
  void networks(FuzzedDataProvider data) {
    // When
    Decoded decoded = decoder.decode(new byte[] {'j'}, config(data).getBytes(UTF_8));

    // Then
    switch (decoded) {
      case Decoded.Malformed(String reason) ->
          assertThat(reason).isNotBlank().hasSizeLessThanOrEqualTo(410);
      case Decoded.Config(LayerConfig config) -> assertThat(predictor.predict(config)).isNotNull();
      case Decoded.Event event -> throw new AssertionError(event);
      case Decoded.Taught taught -> throw new AssertionError(taught);
    }
  }

  private static String config(FuzzedDataProvider data) {
    var names = new ArrayList<>(List.of("x", "y"));
    var layers = new ArrayList<String>();
    int count = data.consumeInt(1, 12);
    for (int i = 0; i < count; i++) {
      layers.add(layer(data, names));
    }
    return """
    {"schema":"headroom/layer-config/1","job":"j","batch_size":%d,"mode":"%s",\
    "precision":{"parameters":"%s"},"optimizer":{"type":"%s","momentum":0.9},\
    "parallelism":{"strategy":"%s","world_size":%d},"lifetimes":"%s",\
    "inputs":[{"name":"x","shape":%s},{"name":"y","shape":%s}],"layers":[%s]}\
    """
        .formatted(
            number(data),
            data.pickValue(new String[] {"training", "evaluation", "inference"}),
            data.pickValue(new String[] {"float32", "float16", "bfloat16"}),
            data.pickValue(OPTIMIZERS),
            data.pickValue(new String[] {"none", "ddp", "fsdp", "zero2"}),
            number(data),
            data.pickValue(new String[] {"observed", "assumed"}),
            list(data),
            list(data),
            String.join(",", layers));
  }

  private static String layer(FuzzedDataProvider data, List<String> names) {
    String name = (data.consumeInt(0, 9) == 0 ? "x" : "m.l") + names.size();
    var inputs = new ArrayList<String>();
    for (int i = data.consumeInt(0, 3); i > 0; i--) {
      inputs.add("\"" + data.pickValue(names) + "\"");
    }
    String[] type = data.pickValue(TYPES).split(" ", -1);
    var layer =
        new StringBuilder(
            "{\"name\":\"%s\",\"type\":\"%s\",\"inputs\":[%s]"
                .formatted(name, type[0], String.join(",", inputs)));
    for (int i = 1; i < type.length; i++) {
      layer.append(attribute(data, type[i]));
    }
    for (int i = data.consumeInt(0, 3); i > 0; i--) {
      layer.append(attribute(data, data.pickValue(ATTRIBUTES)));
    }
    if (data.consumeBoolean()) {
      layer.append(",\"%s\":%s".formatted(data.pickValue(FLAGS), data.consumeBoolean()));
    }
    if (data.consumeInt(0, 5) == 0) {
      String link =
          data.pickValue(new String[] {"shares", "weight", "bias_from", "held_until", "call"});
      layer.append(",\"%s\":\"%s\"".formatted(link, data.pickValue(names)));
    }
    names.add(name);
    return layer.append('}').toString();
  }

  private static String attribute(FuzzedDataProvider data, String name) {
    boolean isList = name.endsWith("shape") || data.consumeInt(0, 3) == 0;
    return ",\"%s\":%s".formatted(name, isList ? list(data) : Long.toString(number(data)));
  }

  private static String list(FuzzedDataProvider data) {
    var values = new ArrayList<String>();
    for (int i = data.consumeInt(0, 4); i > 0; i--) {
      values.add(Long.toString(number(data)));
    }
    return "[" + String.join(",", values) + "]";
  }

  private static long number(FuzzedDataProvider data) {
    return NUMBERS[data.consumeInt(0, NUMBERS.length - 1)];
  }
}
