package dev.headroom.calibration.evaluation;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/// A run whose peaks were measured, and what its budget says.
///
/// @param kind its model is the network
/// @param measured sizes that nobody measured are left out
public record MeasuredRun(
    JobKind kind, int batch, PredictedPeak predicted, Map<MeasuredSize, MemorySize> measured) {

  public MeasuredRun {
    measured = Map.copyOf(measured);
  }

  /// Whether its peak of that size was measured.
  public boolean has(MeasuredSize size) {
    return measured.containsKey(size);
  }

  MemorySize peak(MeasuredSize size) {
    return Objects.requireNonNull(measured.get(size));
  }

  String network() {
    return kind.model();
  }

  /// What it teaches, if it was settled so many seconds after the first.
  Observation observation(int seconds) {
    return new Observation(
        "%s-%d".formatted(network(), batch),
        String.valueOf(seconds),
        Instant.EPOCH.plusSeconds(seconds),
        kind,
        predicted,
        measured);
  }
}
