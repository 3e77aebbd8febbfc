package dev.headroom.status;

import java.util.List;

/// How many observations fell into each bucket, and their sum.
///
/// @param bounds upper bounds of all buckets but the last, which has none
/// @param counts of each bucket alone, not of those below it
public record Histogram(List<Double> bounds, List<Long> counts, double sum) {

  public Histogram {
    bounds = List.copyOf(bounds);
    counts = List.copyOf(counts);
    if (counts.size() != bounds.size() + 1) {
      throw new IllegalArgumentException(
          "%d counts for %d bounds".formatted(counts.size(), bounds.size()));
    }
  }
}
