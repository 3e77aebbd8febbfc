package dev.headroom.ingest.batch;

import java.util.function.LongSupplier;

/// A token bucket: a burst at once, and a steady rate from then on. Of one thread at a time.
public final class TokenBucket {

  private static final double NANOS = 1e9;

  private final double capacity;
  private final double perSecond;
  private final LongSupplier nanoTime;
  private double tokens;
  private long at;

  /// @param nanoTime a clock that only goes forward
  public TokenBucket(double capacity, double perSecond, LongSupplier nanoTime) {
    this.capacity = capacity;
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.tokens = capacity;
    this.at = nanoTime.getAsLong();
  }

  /// Whether there is so much left.
  boolean hasTokens(long amount) {
    long now = nanoTime.getAsLong();
    tokens = Math.min(capacity, tokens + (now - at) / NANOS * perSecond);
    at = now;
    return tokens >= amount;
  }

  /// Takes so much if it is left.
  boolean tryTake(long amount) {
    if (!hasTokens(amount)) {
      return false;
    }
    tokens -= amount;
    return true;
  }
}
