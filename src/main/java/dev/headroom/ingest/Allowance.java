package dev.headroom.ingest;

import java.util.function.LongSupplier;

/// So much at once, and so much a second from then on. Of one thread at a time.
final class Allowance {

  private static final double NANOS = 1e9;

  private final double most;
  private final double perSecond;
  private final LongSupplier nanoTime;
  private double left;
  private long at;

  /// @param nanoTime a clock that only goes forward
  Allowance(double most, double perSecond, LongSupplier nanoTime) {
    this.most = most;
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.left = most;
    this.at = nanoTime.getAsLong();
  }

  /// Whether there is so much left.
  boolean has(long amount) {
    long now = nanoTime.getAsLong();
    left = Math.min(most, left + (now - at) / NANOS * perSecond);
    at = now;
    return left >= amount;
  }

  /// Takes so much if it is left.
  boolean take(long amount) {
    if (!has(amount)) {
      return false;
    }
    left -= amount;
    return true;
  }
}
