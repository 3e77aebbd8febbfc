package dev.headroom.calibration.evaluation;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import java.time.Instant;
import java.util.Map;

/// A run whose device peak was measured, and what its budget says.
///
/// @param kind its model is the network
public record MeasuredRun(JobKind kind, int batch, PredictedPeak predicted, MemorySize measured) {

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
        Map.of(MeasuredSize.DEVICE, measured));
  }
}
