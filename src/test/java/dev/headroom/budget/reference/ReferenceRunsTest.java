package dev.headroom.budget.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.FigureDifference;
import dev.headroom.budget.GoldenReferences;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table of what reference runs have shown, against those runs. [#main] writes it: `./headroom
/// build`, then run this class with the folder of the project as the working directory.
class ReferenceRunsTest {

  private static final Path TABLE = Path.of("src/main/resources" + ReferenceRuns.RESOURCE);
  private static final String HEADER =
      "# setting,kind of layer: met by a run of src/test/resources/golden, observed or witnessed";

  @Test
  void theTableIsWhatTheRunsShow() throws IOException {
    // Then
    assertThat(Files.readAllLines(TABLE)).isEqualTo(table());
  }

  private static List<String> table() {
    var predictor = new Predictor(new KnownOverheads());
    var rows = new TreeSet<String>();
    runs()
        .forEach(
            run -> {
              FigureDifference difference =
                  FigureDifference.of(run, predictor.predict(run.config()));
              if (difference.sumsAreExact()
                  && difference.peaksAreExact()
                  && run.config().description() instanceof Network network) {
                rows.addAll(ReferenceRuns.rows(network, run.config().setup()));
              }
            });
    var lines = new ArrayList<String>(List.of(HEADER));
    lines.addAll(rows);
    return lines;
  }

  private static Stream<GoldenReferences.Run> runs() {
    Path witnessed = Path.of("src/test/resources/witnessed");
    return Stream.of(
            GoldenReferences.networks().stream()
                .flatMap(network -> GoldenReferences.runs(network).stream()),
            GoldenReferences.observedRuns().stream(),
            GoldenReferences.networks(witnessed).stream()
                .flatMap(network -> GoldenReferences.runs(witnessed, network).stream()))
        .flatMap(runs -> runs);
  }

  static void main() throws IOException {
    Files.write(TABLE, table());
  }
}
