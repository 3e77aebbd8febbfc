package dev.headroom.calibration;

import dev.headroom.calibration.regression.Normal;
import dev.headroom.calibration.regression.Scores;
import dev.headroom.memory.MemorySize;

/// How large a peak will be, as a distribution.
///
/// Two things are not known: where the line is (normal), and how far this job will be from it (the
/// scores of jobs before it). Half a range of both is the root of the sum of the squares of each
/// one's half.
public final class Forecast {

  /// Of how many standard deviations a probability is told.
  private static final double FARTHEST = 8;

  private static final int HALVINGS = 40;

  private final double median;
  private final double scale;
  private final double middleScore;
  private final Scores scores;
  private final double deviation;

  /// @param line where the line is, MiB
  /// @param scale the usual size of an error, MiB
  /// @param deviation how unsure the line is, MiB
  Forecast(double line, double scale, Scores scores, double deviation) {
    this.middleScore = scores.quantile(0.5);
    this.median = line + scale * middleScore;
    this.scale = scale;
    this.scores = scores;
    this.deviation = deviation;
  }

  /// What half of such jobs stay below.
  public MemorySize p50() {
    return PredictedPeak.bytes(median);
  }

  /// What nineteen of twenty such jobs stay below.
  public MemorySize p95() {
    return PredictedPeak.bytes(at(Normal.P95));
  }

  /// What one of twenty such jobs stays below.
  public MemorySize p05() {
    return PredictedPeak.bytes(at(-Normal.P95));
  }

  /// How likely it is that the peak does not fit, 0 to 1.
  public double probabilityAbove(MemorySize capacity) {
    double wanted = PredictedPeak.mebibytes(capacity);
    double low = -FARTHEST;
    double high = FARTHEST;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (at(middle) < wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return 1 - Normal.below((low + high) / 2);
  }

  /// What a share of such jobs stays below, the share told by the standard normal distribution.
  private double at(double deviations) {
    double ofScores = scale * (scores.quantile(Normal.below(deviations)) - middleScore);
    return median + Math.copySign(Math.hypot(ofScores, deviation * deviations), deviations);
  }
}
