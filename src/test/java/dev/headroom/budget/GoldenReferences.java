package dev.headroom.budget;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The references among the test resources: what PyTorch itself holds.
public final class GoldenReferences {

  static final Path FOLDER = Path.of("src/test/resources/golden");

  /// Configs of golden networks as the exporter of `src/test/rig` writes them today.
  private static final Path OBSERVED = Path.of("src/test/resources/observed");

  private static final String CONFIG = ".layer-config.json";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private GoldenReferences() {}

  /// A run of a network, and PyTorch's figures.
  public record Run(String network, LayerConfig config, JsonNode setup, JsonNode figures) {

    long figure(String name) {
      return figures.path(name).asLong(-1);
    }

    boolean isTraining() {
      return setup.path("mode").asText().equals("training");
    }

    boolean isAutocast() {
      return setup.path("precision").has("autocast");
    }

    /// Training in float32 without accumulation or checkpointing.
    boolean isPlain() {
      return isTraining()
          && !setup.has("precision")
          && !setup.has("gradients")
          && !setup.has("checkpointing");
    }

    /// Float32 throughout; without autocast.
    boolean isSingle() {
      return !setup.has("precision");
    }

    public String title() {
      return network + " " + setup;
    }
  }

  public static List<String> networks() {
    return networks(FOLDER.resolve("networks"));
  }

  public static List<String> networks(Path folder) {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".pytorch.json"))
          .map(name -> name.replace(".pytorch.json", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<Run> runs(String network) {
    return runs(FOLDER.resolve("networks"), network);
  }

  /// Runs whose config is changed before it is read.
  static List<Run> runs(String network, Consumer<ObjectNode> change) {
    return runs(FOLDER.resolve("networks"), network, change);
  }

  public static List<Run> runs(Path folder, String network) {
    return runs(folder, network, _ -> {});
  }

  /// The runs of golden networks with configs that say all that one can say today.
  public static List<Run> observedRuns() {
    try (var files = Files.list(OBSERVED)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(CONFIG))
          .map(name -> name.replace(CONFIG, ""))
          .sorted()
          .flatMap(name -> runs(OBSERVED, FOLDER.resolve("networks"), name, _ -> {}).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Run> runs(Path folder, String network, Consumer<ObjectNode> change) {
    return runs(folder, folder, network, change);
  }

  private static List<Run> runs(
      Path configs, Path folder, String network, Consumer<ObjectNode> change) {
    try {
      JsonNode config = MAPPER.readTree(configs.resolve(network + CONFIG).toFile());
      JsonNode figures = MAPPER.readTree(folder.resolve(network + ".pytorch.json").toFile());
      var runs = new ArrayList<Run>();
      for (JsonNode run : figures.get("runs")) {
        for (String name : List.of("parameters", "parameter_bytes", "buffer_bytes")) {
          ((ObjectNode) run).set(name, figures.get(name));
        }
        ObjectNode changed = config.deepCopy();
        changed.setAll((ObjectNode) run.get("setup"));
        change.accept(changed);
        byte[] json = changed.toString().getBytes(UTF_8);
        runs.add(new Run(network, LayerConfigDecoder.read(json), run.get("setup"), run));
      }
      return runs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The setups of a network's runs, whether or not its config can be read.
  static List<JsonNode> setups(Path folder, String network) {
    try {
      var setups = new ArrayList<JsonNode>();
      MAPPER
          .readTree(folder.resolve(network + ".pytorch.json").toFile())
          .get("runs")
          .forEach(run -> setups.add(run.get("setup")));
      return setups;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static LayerConfig config(String network) {
    try {
      return LayerConfigDecoder.read(
          Files.readAllBytes(FOLDER.resolve("networks/" + network + ".layer-config.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
