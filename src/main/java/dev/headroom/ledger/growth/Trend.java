package dev.headroom.ledger.growth;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/// How fast something grows, in bytes a second: the median of the slopes between all pairs of
/// points, and the range in which it lies with 95 % confidence (Theil–Sen: P. K. Sen, *Estimates of
/// the regression coefficient based on Kendall's tau*, 1968).
public record Trend(double slope, double low, double high) {

  private static final double CONFIDENT = 1.96;

  /// So many standard deviations of Kendall's statistic make it growth: a job is looked at every
  /// ten seconds for days, so chance has many turns.
  private static final double CERTAIN = 4;

  /// So many points in ascending order are growth: chance orders them so once in 362,880 times.
  private static final int ASCENDING = 9;

  /// 16 KiB/s is 1.4 GB a day; what grows more slowly is not growth.
  private static final double LEAST = 16_384;

  private static final double MILLIS = 1000;

  /// Empty where it may not grow at all, or more slowly than 16 KiB a second.
  ///
  /// @param millis the times of the points, ascending
  static Optional<Trend> of(long[] millis, long[] bytes) {
    int count = millis.length;
    double deviation = Math.sqrt(count * (count - 1.0) * (2 * count + 5) / 18);
    int pairs = count * (count - 1) / 2;
    if (count < ASCENDING) {
      return Optional.empty();
    }
    int certain = Math.max(0, (int) Math.floor((pairs - CERTAIN * deviation) / 2));
    double[] slopes = new double[pairs];
    int n = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        slopes[n++] = (bytes[j] - bytes[i]) * MILLIS / (millis[j] - millis[i]);
      }
    }
    Arrays.sort(slopes);
    double slope =
        pairs % 2 == 1 ? slopes[pairs / 2] : (slopes[pairs / 2 - 1] + slopes[pairs / 2]) / 2;
    if (!(slopes[certain] > 0) || slope < LEAST) {
      return Optional.empty();
    }
    int margin = (int) Math.floor((pairs - CONFIDENT * deviation) / 2);
    return Optional.of(new Trend(slope, slopes[margin], slopes[pairs - 1 - margin]));
  }

  /// How long until so many bytes are filled.
  public Filling fills(long bytes) {
    return new Filling(seconds(bytes, high), seconds(bytes, slope), seconds(bytes, low));
  }

  private static Duration seconds(long bytes, double rate) {
    return Duration.ofSeconds((long) (bytes / rate));
  }

  /// When something is full, from now.
  ///
  /// @param earliest with 95 % confidence no sooner
  /// @param latest with 95 % confidence no later
  public record Filling(Duration earliest, Duration likely, Duration latest) {}
}
