package dev.headroom.history;

import java.time.Duration;

/// Bounds of history for tests.
///
/// @param period unused: tests look when they want to
public record HistoryBounds(Duration period, int jobs, int endedRuns, Duration endedKept)
    implements HistorySettings {

  public static HistoryBounds of(int jobs, int endedRuns) {
    return new HistoryBounds(Duration.ofSeconds(2), jobs, endedRuns, Duration.ofDays(7));
  }
}
