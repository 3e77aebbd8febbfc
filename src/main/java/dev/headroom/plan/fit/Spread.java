package dev.headroom.plan.fit;

import dev.headroom.memory.MemorySize;

/// What a job holds of a device at its peak, as far as it is known beforehand.
///
/// What is above `reserved` is taken to be spread log-normally: it is a sum of things that are
/// never negative and now and then large. The median and the 95th percentile fix that spread.
///
/// @param reserved the allocator's segments, which are known
/// @param p50 what half such jobs stay below
/// @param p95 what nineteen of twenty stay below
public record Spread(MemorySize reserved, MemorySize p50, MemorySize p95) {

  /// The 95th percentile of the standard normal distribution.
  private static final double Z95 = 1.6448536269514722;

  public Spread {
    if (p50.compareTo(reserved) < 0 || p95.compareTo(p50) < 0) {
      throw new IllegalArgumentException(
          "not in order: reserved %d, p50 %d, p95 %d"
              .formatted(reserved.bytes(), p50.bytes(), p95.bytes()));
    }
  }

  /// The probability, 0 to 1, that such a job needs more than a capacity.
  public double exceeding(MemorySize capacity) {
    long left = capacity.bytes() - reserved.bytes();
    double median = p50.bytes() - reserved.bytes();
    double high = p95.bytes() - reserved.bytes();
    if (median <= 0 || high <= median) {
      return capacity.compareTo(p95) >= 0 ? 0 : capacity.compareTo(p50) >= 0 ? 0.5 : 1;
    }
    if (left <= 0) {
      return 1;
    }
    double sigma = Math.log(high / median) / Z95;
    return 1 - normal(Math.log(left / median) / sigma);
  }

  /// The standard normal distribution function, to 1.5e-7 (Abramowitz and Stegun, 7.1.26).
  private static double normal(double z) {
    double x = Math.abs(z) / Math.sqrt(2);
    double t = 1 / (1 + 0.3275911 * x);
    double sum =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    double tail = sum * Math.exp(-x * x) / 2;
    return z < 0 ? tail : 1 - tail;
  }
}
