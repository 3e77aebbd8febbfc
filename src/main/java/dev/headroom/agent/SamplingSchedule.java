package dev.headroom.agent;

import java.time.Duration;

/// When to sample: every period, at this node's own offset into it, without drift.
///
/// The next instant comes from the clock, not from the end of the last sampling: a late one moves
/// none of the others, and those that were missed are left out, not made up for.
record SamplingSchedule(Duration period, Duration offset) {
  SamplingSchedule {
    if (period.toMillis() < 10 || period.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("period not in 10 ms to 1 h: " + period);
    }
    if (offset.isNegative() || offset.compareTo(period) >= 0) {
      throw new IllegalArgumentException("offset not in 0 to " + period + ": " + offset);
    }
  }

  /// Nodes spread over the period by their names, each at the same place every time.
  static SamplingSchedule ofNode(String host, Duration period) {
    // A multiplication by the golden ratio sets names far apart that differ in one digit.
    long hash = host.hashCode() * 0x9E3779B97F4A7C15L;
    return new SamplingSchedule(
        period, Duration.ofNanos(Math.floorMod(hash >>> 1, period.toNanos())));
  }

  /// The first instant after now, both in nanoseconds of the same clock.
  long nextAfter(long now) {
    long step = period.toNanos();
    return now - Math.floorMod(now - offset.toNanos(), step) + step;
  }

  /// How many instants lie between a planned one and the one that came after it.
  long missedBetween(long planned, long next) {
    return Math.max(0, (next - planned) / period.toNanos() - 1);
  }
}
