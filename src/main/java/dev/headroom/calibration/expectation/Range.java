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

  /// One in so many bytes: the worst of the references' predictions that say `modelled` is 9 % low.
  private static final long DOUBT = 10;

  /// What CUDA's libraries may load, and cuDNN's workspaces take, on the way without anything being
  /// wrong.
  private static final MemorySize LIBRARIES = MemorySize.ofMebibytes(384);

  /// The range that a forecast gives.
  ///
  /// Allocated memory follows from the layer config, so P95 bounds it; where the prediction may be
  /// off, a tenth more does. Of reserved, process and device memory one healthy job in twenty is
  /// above P95, so twice as far above P50 bounds those, or what libraries may take beyond P95.
  ///
  /// @param isInDoubt whether the prediction says that it may be off
  static Range of(MeasuredSize size, Forecast forecast, boolean isInDoubt) {
    MemorySize p50 = forecast.p50();
    MemorySize p95 = forecast.p95();
    MemorySize doubt = isInDoubt ? new MemorySize(p50.bytes() / DOUBT) : MemorySize.ZERO;
    MemorySize most =
        switch (size) {
          case ALLOCATED -> p95.plus(doubt);
          case RESERVED, PROCESS, DEVICE ->
              p95.plus(larger(p95.minusOrZero(p50), LIBRARIES)).plus(doubt);
        };
    return new Range(forecast.p05(), p50, p95, most);
  }

  private static MemorySize larger(MemorySize one, MemorySize other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
