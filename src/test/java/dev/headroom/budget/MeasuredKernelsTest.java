package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What an H100 showed of training networks, beside what is predicted with its kernels.
class MeasuredKernelsTest {

  private static final Path H100 = Path.of("docs/hardware/h100-80gb-580.159.04");

  /// cuBLAS has a handle for the thread of the forward pass and one for that of the backward pass;
  /// on Hopper PyTorch gives each 32 MiB.
  private static final long CUBLAS = 2 * (32L << 20);

  /// Rounding, and what sums stage on 132 multiprocessors beyond what they do on the A100's 108.
  private static final double NOISE = 0.009;

  static List<Map<String, String>> runs() throws IOException {
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(H100.resolve("traced.csv").toFile())) {
      return rows.readAll();
    }
  }

  @Test
  void thereAreFiftyTwoRuns() throws IOException {
    assertThat(runs()).hasSize(52);
  }

  /// cuDNN's workspaces are not predicted: a run may hold as much more as they take at its peak.
  @ParameterizedTest
  @MethodSource("runs")
  void onlyConvolutionsHoldMore(Map<String, String> run) throws IOException {
    // Given
    LayerConfig config = config(run);
    var trace = AllocationTrace.of(config, (Network) config.description());
    double measured = Long.parseLong(run.get("allocated"));
    long workspaces =
        run.getOrDefault("held_by", "").contains("aten::convolution_backward:")
            ? Long.parseLong(run.get("temporaries_at_peak"))
            : 0;
    // When
    long predicted = CUBLAS + Replay.peaksOf(trace.withKernelTemporaries()).allocated();
    // Then
    assertThat(measured - predicted).isBetween(-NOISE * measured, workspaces + NOISE * measured);
  }

  private static LayerConfig config(Map<String, String> run) throws IOException {
    Path file = H100.resolve("configs").resolve(run.get("model") + ".json.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      var change =
          new WhatIf(
              Integer.valueOf(run.get("batch")),
              run.get("precision"),
              run.get("optimizer"),
              null,
              null);
      return change.applied(LayerConfigDecoder.read(in.readAllBytes()));
    }
  }
}
