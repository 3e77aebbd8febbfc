package dev.headroom.calibration.expectation;

import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.Knowledge;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import java.util.EnumMap;
import java.util.Map;

/// What a job is expected to hold at its peak, by what was learned at one moment.
///
/// @param calibration what it was asked of
/// @param knowledge where the ranges come from
/// @param ranges one for each size
public record Expectation(
    Calibration calibration,
    JobKind kind,
    PredictedPeak predicted,
    Knowledge knowledge,
    Map<MeasuredSize, Range> ranges) {

  public Expectation {
    ranges = new EnumMap<>(ranges);
  }

  public static Expectation of(Calibration calibration, JobKind kind, PredictedPeak predicted) {
    var ranges = new EnumMap<MeasuredSize, Range>(MeasuredSize.class);
    for (MeasuredSize size : MeasuredSize.values()) {
      ranges.put(size, Range.of(size, calibration.forecast(kind, predicted, size)));
    }
    return new Expectation(calibration, kind, predicted, calibration.knowledge(kind), ranges);
  }

  /// The range of a size.
  public Range of(MeasuredSize size) {
    Range range = ranges.get(size);
    if (range == null) {
      throw new IllegalStateException("no range of " + size.wireName());
    }
    return range;
  }
}
