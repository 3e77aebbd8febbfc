package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every bound is at least one, and a clock may be ahead by one of them.
class LedgerLimitsTest {

  private static final List<String> NAMES =
      List.of(
          "jobs",
          "registrations",
          "layers",
          "placements",
          "gpus",
          "ahead",
          "silent",
          "forgotten",
          "grace");

  @Test
  void noBoundIsBelowOne() {
    assertThat(limits(-1).jobs()).isEqualTo(1);
    for (int i = 0; i < NAMES.size(); i++) {
      int changed = i;
      assertThatThrownBy(() -> limits(changed)).hasMessage(NAMES.get(i) + " < 1: 0");
    }
  }

  @Test
  void aSampleIsSkewedBeyondTheBoundOnly() {
    Instant now = Instant.parse("2026-11-01T12:00:00Z");
    LedgerLimits limits = LedgerLimits.DEFAULT;
    assertThat(limits.isSkewed(now.plus(limits.ahead()), now)).isFalse();
    assertThat(limits.isSkewed(now.plus(limits.ahead()).plusNanos(1), now)).isTrue();
    assertThat(limits.isSkewed(now.minusSeconds(100_000), now)).isFalse();
  }

  /// All bounds one, but for one that is zero.
  private static LedgerLimits limits(int zero) {
    return new LedgerLimits(
        value(zero, 0),
        value(zero, 1),
        value(zero, 2),
        value(zero, 3),
        value(zero, 4),
        Duration.ofMillis(value(zero, 5)),
        Duration.ofMillis(value(zero, 6)),
        Duration.ofMillis(value(zero, 7)),
        Duration.ofMillis(value(zero, 8)));
  }

  private static int value(int zero, int at) {
    return zero == at ? 0 : 1;
  }
}
