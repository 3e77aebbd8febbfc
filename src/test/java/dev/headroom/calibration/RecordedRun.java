package dev.headroom.calibration;

import dev.headroom.budget.Budget;
import dev.headroom.budget.MeasuredH100;
import dev.headroom.budget.Predictor;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

  /// All of them: 14 networks, batch 8 and 32, float32 and bfloat16.
  public static List<RecordedRun> all() {
    return MeasuredH100.rows("measured.csv").stream().map(RecordedRun::of).toList();
  }

  private static RecordedRun of(Map<String, String> row) {
    return new RecordedRun(
        "%s, batch %s, %s".formatted(row.get("model"), row.get("batch"), row.get("precision")),
        MeasuredH100.config(row),
        size(row, "allocated"),
        size(row, "reserved"),
        size(row, "device"));
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
