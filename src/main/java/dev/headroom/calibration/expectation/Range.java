package dev.headroom.calibration.expectation;

import dev.headroom.calibration.Forecast;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.memory.MemorySize;

/// The range in which a size of a job's peak is expected.
///
/// @param p05 what one of twenty such jobs stays below
/// @param p50 what half of them stay below
/// @param p95 what nineteen of twenty stay below
/// @param most what a healthy job holds at most: more of it is drift
public record Range(MemorySize p05, MemorySize p50, MemorySize p95, MemorySize most) {

  /// The range that a forecast gives.
  ///
  /// Allocated and reserved memory follow from the layer config, so P95 bounds them. Of process and
  /// device memory one healthy job in twenty is above P95, so twice as far above P50 bounds those.
  static Range of(MeasuredSize size, Forecast forecast) {
    MemorySize p50 = forecast.p50();
    MemorySize p95 = forecast.p95();
    MemorySize most =
        switch (size) {
          case ALLOCATED, RESERVED -> p95;
          case PROCESS, DEVICE -> p95.plus(p95.minusOrZero(p50));
        };
    return new Range(forecast.p05(), p50, p95, most);
  }
}
