package dev.headroom.calibration.expectation;

import dev.headroom.budget.Confidence;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.Forecast;
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

  /// What is expected of a job.
  ///
  /// @param confidence of the prediction
  public static Expectation of(
      Calibration calibration, JobKind kind, PredictedPeak predicted, Confidence confidence) {
    Knowledge knowledge = calibration.knowledge(kind);
    boolean isInDoubt = confidence != Confidence.EXACT;
    var ranges = new EnumMap<MeasuredSize, Range>(MeasuredSize.class);
    for (MeasuredSize size : MeasuredSize.values()) {
      Forecast forecast = calibration.forecast(kind, predicted, size);
      ranges.put(size, Range.of(size, forecast, isInDoubt));
    }
    return new Expectation(calibration, kind, predicted, knowledge, ranges);
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
