package dev.headroom.simulator.job;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenRunTest {

  @Test
  void everyCellOfTheFileIsRead() throws IOException {
    // Given
    List<String[]> rows =
        Files.readAllLines(Path.of("src/main/resources/simulator/golden-runs.csv")).stream()
            .filter(line -> !line.startsWith("#"))
            .skip(1)
            .map(line -> line.split(",", -1))
            .toList();
    // When
    Map<String, GoldenRun> runs = GoldenRun.all();
    // Then
    assertThat(runs).hasSameSizeAs(rows);
    for (String[] row : rows) {
      GoldenRun run = requireNonNull(runs.get(row[0]));
      Optimizer optimizer = run.optimizer();
      assertThat(
              List.of(
                  run.network(),
                  "" + run.batchSize(),
                  optimizer.kind().wireName(),
                  "" + optimizer.momentum(),
                  run.autocast() == DType.FLOAT32 ? "none" : run.autocast().wireName(),
                  "" + run.accumulationSteps(),
                  "" + run.parameters(),
                  "" + run.buffers(),
                  "" + run.input(),
                  "" + run.gradients(),
                  "" + run.optimizerState(),
                  "" + run.afterForward(),
                  "" + run.optimizerStepPeak(),
                  "" + run.allocatedPeak(),
                  "" + run.reservedPeak(),
                  "" + run.evaluationPeak()))
          .usingElementComparator(GoldenRunTest::compare)
          .containsExactly(row);
    }
  }

  /// Numbers by their value.
  private static int compare(String a, String b) {
    return a.matches("[0-9.]+") && b.matches("[0-9.]+")
        ? Double.compare(Double.parseDouble(a), Double.parseDouble(b))
        : a.compareTo(b);
  }
}
