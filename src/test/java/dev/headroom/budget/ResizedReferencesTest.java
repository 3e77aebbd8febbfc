package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Configs of one size, predicted at another, against what PyTorch allocates at that other size.
class ResizedReferencesTest {

  private static final Path FOLDER = Path.of("src/test/resources/resized");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Predictor predictor = new Predictor(new KnownOverheads());

  static Stream<String> networks() {
    return GoldenReferences.networks(FOLDER).stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void figuresAreThoseOfTheOtherSize(String network) throws IOException {
    // Given the size that PyTorch ran at, which is not the config's
    JsonNode input =
        MAPPER.readTree(FOLDER.resolve(network + ".pytorch.json").toFile()).get("input");
    String shape =
        StreamSupport.stream(input.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining("x"));
    var whatIf = new WhatIf(null, null, null, null, null, List.of(shape));
    List<GoldenReferences.Run> runs = GoldenReferences.runs(FOLDER, network);
    assertThat(runs).hasSize(3);
    for (GoldenReferences.Run run : runs) {
      // When
      LayerConfig resized = whatIf.applied(run.config());
      var same = new GoldenReferences.Run(network, resized, run.setup(), run.figures());
      FigureDifference difference = FigureDifference.of(same, predictor.predict(resized));
      // Then
      assertThat(resized.description()).isNotEqualTo(run.config().description());
      assertThat(difference.sumsAreExact()).as(run.title() + difference.text()).isTrue();
      assertThat(difference.peaksAreExact()).as(run.title() + difference.text()).isTrue();
    }
  }
}
