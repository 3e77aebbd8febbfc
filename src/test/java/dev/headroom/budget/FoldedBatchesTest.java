package dev.headroom.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Networks that fold the batch into another dimension: windows side by side, and convolutions with
/// a weight for each sample. Their configs are an older exporter's.
class FoldedBatchesTest {

  private static final Path FOLDER = Path.of("src/test/resources/folded");
  private static final String CONFIG = ".json.gz";
  private static final String OBSERVED = ".observed";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Predictor predictor = new Predictor(new KnownOverheads());

  static Stream<String> networks() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(CONFIG) && !name.contains(OBSERVED))
          .map(name -> name.replace(CONFIG, ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  @Test
  void thereAreNine() throws IOException {
    assertThat(networks()).hasSize(9);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void eachIsAnswered(String network) {
    // Given, in training and in evaluation
    for (String mode : new String[] {"training", "inference"}) {
      ObjectNode config = config(network);
      config.put("mode", mode);
      // When
      Prediction prediction = predictor.predict(read(config));
      // Then
      assertThat(prediction).as("%s", prediction.reasons()).isInstanceOf(Budget.class);
      assertThat(((Budget) prediction).peak().allocated().bytes()).isGreaterThan(1L << 24);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet_cc_b0_4e", "efficientvit_m4"})
  void witnessedOnesAreClose(String network) throws IOException {
    // Given PyTorch's own figures of it
    for (GoldenReferences.Run run : runs(network, network)) {
      // When
      FigureDifference difference = FigureDifference.of(run, predictor.predict(run.config()));
      // Then
      assertThat(difference.off("parameter_bytes")).as(run.title()).isZero();
      assertThat(difference.off("replayed_allocated_peak_bytes")).as(run.title()).isLessThan(0.003);
      assertThat(difference.off("reserved_peak_bytes")).as(run.title()).isLessThan(0.03);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"efficientnet_cc_b0_4e", "efficientvit_m4"})
  void withTodaysConfigTheyAreEqual(String network) throws IOException {
    // Given the config as the exporter writes it today
    for (GoldenReferences.Run run : runs(network, network + OBSERVED)) {
      // When
      FigureDifference difference = FigureDifference.of(run, predictor.predict(run.config()));
      // Then
      assertThat(difference.sumsAreExact()).as(run.title() + difference.text()).isTrue();
      assertThat(difference.peaksAreExact()).as(run.title() + difference.text()).isTrue();
    }
  }

  private static List<GoldenReferences.Run> runs(String network, String described)
      throws IOException {
    JsonNode truth = MAPPER.readTree(FOLDER.resolve(network + ".pytorch.json").toFile());
    var runs = new ArrayList<GoldenReferences.Run>();
    for (JsonNode run : truth.get("runs")) {
      for (String name : List.of("parameters", "parameter_bytes", "buffer_bytes")) {
        ((ObjectNode) run).set(name, truth.get(name));
      }
      ObjectNode config = config(described);
      config.setAll((ObjectNode) run.get("setup"));
      runs.add(new GoldenReferences.Run(network, read(config), run.get("setup"), run));
    }
    return runs;
  }

  private static LayerConfig read(ObjectNode config) {
    return LayerConfigDecoder.read(config.toString().getBytes(UTF_8));
  }

  private static ObjectNode config(String network) {
    try (var in = new GZIPInputStream(Files.newInputStream(FOLDER.resolve(network + CONFIG)))) {
      return (ObjectNode) MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
