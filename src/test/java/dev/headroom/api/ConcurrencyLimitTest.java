package dev.headroom.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.WebApplicationException;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {

  private final ConcurrencyLimit limit = new ConcurrencyLimit(() -> 2);

  @Test
  void oneMoreThanTheLimitIsToldToComeBack() {
    assertThatThrownBy(() -> limit.run(() -> limit.run(() -> limit.<String>run(() -> "never"))))
        .isInstanceOfSatisfying(
            WebApplicationException.class,
            busy -> {
              assertThat(busy.getResponse().getStatus()).isEqualTo(429);
              assertThat(busy.getResponse().getHeaderString("Retry-After")).isEqualTo("1");
            });
  }

  @Test
  void whoIsDoneMakesRoomAlsoByFailing() {
    for (int i = 0; i < 5; i++) {
      assertThat(limit.run(() -> limit.run(() -> "done"))).isEqualTo("done");
      assertThatThrownBy(
              () ->
                  limit.run(
                      () -> {
                        throw new IllegalStateException("failed");
                      }))
          .hasMessage("failed");
    }
  }
}
