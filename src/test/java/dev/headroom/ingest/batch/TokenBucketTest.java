package dev.headroom.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A burst at once, then a steady rate, and never more than the bucket holds.
class TokenBucketTest {

  private final AtomicLong nanos = new AtomicLong(1_000);
  private final TokenBucket bucket = new TokenBucket(10, 2, nanos::get);

  @Test
  void aBurstIsTakenAtOnceAndNoMore() {
    assertThat(bucket.tryTake(7)).isTrue();
    assertThat(bucket.hasTokens(3)).isTrue();
    assertThat(bucket.tryTake(4)).isFalse();
    assertThat(bucket.tryTake(3)).isTrue();
    assertThat(bucket.hasTokens(1)).isFalse();
  }

  @Test
  void itFillsAtItsRate() {
    // Given
    assertThat(bucket.tryTake(10)).isTrue();

    // When, then
    pass(Duration.ofMillis(499));
    assertThat(bucket.hasTokens(1)).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(bucket.tryTake(1)).isTrue();
    assertThat(bucket.tryTake(1)).isFalse();
    pass(Duration.ofSeconds(2));
    assertThat(bucket.tryTake(5)).isFalse();
    assertThat(bucket.tryTake(4)).isTrue();
  }

  @Test
  void itHoldsNoMoreThanItsCapacity() {
    // When
    pass(Duration.ofHours(1));

    // Then
    assertThat(bucket.hasTokens(11)).isFalse();
    assertThat(bucket.tryTake(10)).isTrue();
    assertThat(bucket.tryTake(1)).isFalse();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
