package dev.headroom.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/// The reference's small Llama with the sizes of Llama 7B: 32 blocks of width 4,096, sequences of
/// 2,048 tokens, everything in bfloat16.
final class Llama {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SMALL =
      Path.of("src/test/resources/golden/networks/LlamaSmall.layer-config.json");

  private static final int BLOCKS = 32;

  /// Widths, lengths and heads of the small one, and what they are here.
  private static final Map<Integer, Integer> SIZES =
      Map.of(192, 4096, 512, 11_008, 4000, 32_000, 128, 2048, 6, 32, 32, 128, 16, 64);

  private static final Set<String> KEPT = Set.of("dim", "dropout_p", "saves_inputs");

  private Llama() {}

  static LayerConfig ofThirtyTwoBlocks() {
    try {
      var config = (ObjectNode) JSON.readTree(SMALL.toFile());
      ArrayNode layers = JSON.createArrayNode();
      for (JsonNode layer : config.path("layers")) {
        String name = layer.path("name").asText();
        if (name.startsWith("layers.1")) {
          continue;
        }
        if (name.equals("layers.2.input_norm.weight")) {
          blocks(config.path("layers"), layers);
        }
        if (!name.startsWith("layers.2")) {
          layers.add(sized(renamed(layer, "layers.2.", "layers.%d.".formatted(BLOCKS - 1))));
        }
      }
      config.set("layers", layers);
      config.set("inputs", sized(config.path("inputs")));
      config.putObject("precision").put("parameters", "bfloat16");
      return LayerConfigDecoder.read(config.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All blocks but the first: each as the second one is.
  private static void blocks(JsonNode all, ArrayNode into) throws IOException {
    for (int block = 1; block < BLOCKS; block++) {
      for (JsonNode layer : all) {
        if (layer.path("name").asText().startsWith("layers.1")) {
          String text =
              layer
                  .toString()
                  .replace("layers.2", "layers.next")
                  .replace("layers.0", "layers.previous")
                  .replace("\"layers.1\"", "\"layers." + block + "\"")
                  .replace("layers.1.", "layers." + block + ".")
                  .replace("layers.previous", "layers." + (block - 1))
                  .replace("layers.next", "layers." + Math.min(block + 1, BLOCKS - 1));
          into.add(sized(JSON.readTree(text)));
        }
      }
    }
  }

  private static JsonNode renamed(JsonNode layer, String from, String to) throws IOException {
    return JSON.readTree(layer.toString().replace(from, to));
  }

  /// With the sizes of the large one; the order of its layers is that of its tensors.
  private static JsonNode sized(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove("placed");
      object.remove("stepped");
      object
          .properties()
          .forEach(
              field -> {
                if (field.getKey().equals("saved_bytes_per_sample")) {
                  // The norm's factor, a float32 for each token.
                  object.put(field.getKey(), 2048 * 4);
                } else if (!KEPT.contains(field.getKey())) {
                  object.set(field.getKey(), sized(field.getValue()));
                }
              });
      return object;
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, sized(array.get(i)));
      }
      return array;
    }
    return node.isInt()
        ? JSON.getNodeFactory().numberNode(SIZES.getOrDefault(node.intValue(), node.intValue()))
        : node;
  }
}
