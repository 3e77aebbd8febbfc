package dev.headroom.calibration.evaluation;

import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.Forecast;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.memory.MemorySize;
import java.util.Arrays;

/// Predictions of a size beside what was measured, as they come.
final class Judgements {

  private static final int FIRST = 64;

  private final MeasuredSize size;
  private double[] errors = new double[FIRST];
  private double[] widths = new double[FIRST];
  private int count;
  private int covered;

  Judgements(MeasuredSize size) {
    this.size = size;
  }

  /// Judges what is predicted for a run that has that size.
  void judge(Calibration calibration, MeasuredRun run) {
    Forecast forecast = calibration.forecast(run.kind(), run.predicted(), size);
    MemorySize peak = run.peak(size);
    if (count == errors.length) {
      errors = Arrays.copyOf(errors, 2 * count);
      widths = Arrays.copyOf(widths, 2 * count);
    }
    double measured = peak.bytes();
    double p50 = forecast.p50().bytes();
    errors[count] = (p50 - measured) / measured;
    widths[count] = forecast.p95().bytes() / p50;
    count++;
    if (peak.compareTo(forecast.p95()) <= 0) {
      covered++;
    }
  }

  Accuracy accuracy() {
    double[] signed = Arrays.copyOf(errors, count);
    double[] absolute = Arrays.stream(signed).map(Math::abs).toArray();
    double coverage = (double) covered / count;
    return new Accuracy(
        quantile(absolute, 0.5),
        quantile(absolute, 0.9),
        quantile(signed, 0.5),
        coverage,
        quantile(Arrays.copyOf(widths, count), 0.5),
        1 - coverage,
        count);
  }

  /// Interpolated between the two nearest; sorts the values.
  static double quantile(double[] values, double share) {
    if (values.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(values);
    double place = share * (values.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, values.length - 1);
    return values[below] + (place - below) * (values[above] - values[below]);
  }
}
