package dev.headroom.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Letters are waited for, those of before too, and no longer than was said.
class SentLettersTest {

  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void noneIsSoonDone() throws Exception {
    assertThat(new SentLetters(null).await(Duration.ZERO)).isTrue();
    assertThat(new SentLetters(new SentLetters(null)).await(Duration.ZERO)).isTrue();
  }

  @Test
  void eachHasToArriveOrFail() throws Exception {
    // Given
    var letters = new SentLetters(null);
    letters.add();
    letters.add();

    // When, then
    letters.done();
    assertThat(letters.await(SHORT)).isFalse();
    letters.done();
    assertThat(letters.await(SHORT)).isTrue();
    letters.add();
    assertThat(letters.await(SHORT)).isFalse();
  }

  @Test
  void thoseOfBeforeAreWaitedForAsWell() throws Exception {
    // Given
    var first = new SentLetters(null);
    first.add();
    var second = new SentLetters(first);
    var third = new SentLetters(second);

    // When, then
    assertThat(third.await(SHORT)).isFalse();
    first.done();
    assertThat(third.await(SHORT)).isTrue();
  }

  @Test
  void whoWaitsIsWoken() throws Exception {
    // Given
    var letters = new SentLetters(null);
    letters.add();
    var waiting = new CountDownLatch(1);
    try (var thread = Executors.newSingleThreadExecutor()) {
      Future<Boolean> result =
          thread.submit(
              () -> {
                waiting.countDown();
                return letters.await(LONG);
              });

      // When
      waiting.await();
      letters.done();

      // Then
      assertThat(result.get()).isTrue();
    }
  }
}
