package dev.headroom.calibration;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// A training run on an H100 that docs/hardware has: what it was, and its peaks.
///
/// @param title network, batch and precision
/// @param config as it ran
/// @param device what the driver said of the whole card, on which nothing else ran
public record RecordedRun(
    String title,
    LayerConfig config,
    MemorySize allocated,
    MemorySize reserved,
    MemorySize device) {

  public static final String GPU = "NVIDIA H100 80GB HBM3";

  /// What the driver held itself on the idle card: 8.8125 MiB.
  public static final MemorySize IDLE = new MemorySize(9_240_576);

  private static final Path H100 = Path.of("docs/hardware/h100-80gb-580.159.04");

  /// All of them: 14 networks, batch 8 and 32, float32 and bfloat16.
  public static List<RecordedRun> all() {
    var runs = new ArrayList<RecordedRun>();
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper()
            .readerForMapOf(String.class)
            .with(CsvSchema.emptySchema().withHeader())
            .readValues(H100.resolve("measured.csv").toFile())) {
      while (rows.hasNext()) {
        runs.add(of(rows.next()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return runs;
  }

  private static RecordedRun of(Map<String, String> row) throws IOException {
    String model = Objects.requireNonNull(row.get("model"));
    String batch = Objects.requireNonNull(row.get("batch"));
    String precision = Objects.requireNonNull(row.get("precision"));
    var setup = new WhatIf(Integer.valueOf(batch), precision, row.get("optimizer"), null, null);
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(H100.resolve("configs").resolve(model + ".json.gz")))) {
      return new RecordedRun(
          "%s, batch %s, %s".formatted(model, batch, precision),
          setup.applied(LayerConfigDecoder.read(in.readAllBytes())),
          size(row, "allocated"),
          size(row, "reserved"),
          size(row, "device"));
    }
  }

  private static MemorySize size(Map<String, String> row, String size) {
    String mebibytes = Objects.requireNonNull(row.get("measured_peak_%s_mib".formatted(size)));
    return new MemorySize(Math.round(Double.parseDouble(mebibytes) * (1L << 20)));
  }

  /// What the driver charged its process.
  public MemorySize process() {
    return device.minusOrZero(IDLE);
  }

  public MemorySize measured(MeasuredSize size) {
    return switch (size) {
      case ALLOCATED -> allocated;
      case RESERVED -> reserved;
      case PROCESS -> process();
      case DEVICE -> device;
    };
  }

  /// What its budget says.
  public PredictedPeak predicted() {
    Calibration calibration = new History(Prior.BUILT_IN).calibration();
    var budget = (Budget) new Predictor(calibration.beyondReserved("H100-80GB")).predict(config);
    return PredictedPeak.of(config, budget.peak());
  }

  @Override
  public String toString() {
    return title;
  }
}
