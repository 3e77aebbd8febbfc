package dev.headroom.calibration.regression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How far measurements were from a line, in usual sizes of an error: the distribution from which
/// conformal prediction takes its ranges.
///
/// Weighted, as Tibshirani et al., *Conformal prediction under covariate shift* (2019), allow; what
/// a GPU's own jobs say takes the place of what is known beforehand by and by.
public final class Scores {

  private final double[] values;

  /// Of all weight, how much lies below the middle of a value.
  private final double[] ranks;

  private Scores(double[] values, double[] ranks) {
    this.values = values;
    this.ranks = ranks;
  }

  /// One score and how much it counts.
  public record Score(double value, double weight) {}

  /// Their distribution.
  ///
  /// @param scores at least one
  public static Scores of(List<Score> scores) {
    var sorted = new ArrayList<>(scores);
    sorted.sort(Comparator.comparingDouble(Score::value));
    double total = 0;
    for (Score score : sorted) {
      total += score.weight();
    }
    double[] values = new double[sorted.size()];
    double[] ranks = new double[sorted.size()];
    double below = 0;
    for (int i = 0; i < values.length; i++) {
      double weight = sorted.get(i).weight();
      values[i] = sorted.get(i).value();
      ranks[i] = (below + weight / 2) / total;
      below += weight;
    }
    return new Scores(values, ranks);
  }

  /// What a share of all scores is below, interpolated between scores.
  ///
  /// @param share 0 to 1
  public double quantile(double share) {
    int low = 0;
    int high = ranks.length - 1;
    if (share <= ranks[low]) {
      return values[low];
    }
    if (share >= ranks[high]) {
      return values[high];
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (ranks[middle] <= share) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double part = (share - ranks[low]) / (ranks[high] - ranks[low]);
    return values[low] + part * (values[high] - values[low]);
  }
}
