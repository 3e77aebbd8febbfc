package dev.headroom.sample;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.MemorySize;
import java.time.Instant;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// The bounds of each number, from both sides.
class ValueRangesTest {

  @Test
  void numbersUpToTheirBoundsAreTaken() {
    takes(() -> ValueRanges.requireSize("used_bytes", new MemorySize(1L << 50)));
    takes(() -> ValueRanges.requireSize("used_bytes", null));
    takes(() -> ValueRanges.requireRank(0));
    takes(() -> ValueRanges.requireRank(1_000_000));
    takes(() -> ValueRanges.requireRank(null));
    takes(() -> ValueRanges.requirePid(1L));
    takes(() -> ValueRanges.requirePid(1L << 32));
    takes(() -> ValueRanges.requirePid(null));
    takes(() -> ValueRanges.requireStep(0L));
    takes(() -> ValueRanges.requireStep(1L << 53));
    takes(() -> ValueRanges.requireStep(null));
    takes(() -> ValueRanges.requireIndex(0));
    takes(() -> ValueRanges.requireIndex(1_000_000));
    takes(() -> ValueRanges.requireIndex(null));
    takes(() -> ValueRanges.requireTime(Instant.parse("2000-01-01T00:00:00Z")));
    takes(() -> ValueRanges.requireTime(Instant.parse("2199-12-31T23:59:59.999Z")));
  }

  @Test
  void numbersBeyondThemAreRefusedByName() {
    refuses(
        () -> ValueRanges.requireSize("used_bytes", new MemorySize((1L << 50) + 1)),
        "used_bytes > 2^50: 1125899906842625");
    refuses(() -> ValueRanges.requireRank(-1), "rank < 0: -1");
    refuses(() -> ValueRanges.requireRank(1_000_001), "rank > 1000000: 1000001");
    refuses(() -> ValueRanges.requirePid(0L), "pid < 1: 0");
    refuses(() -> ValueRanges.requirePid((1L << 32) + 1), "pid > 4294967296: 4294967297");
    refuses(() -> ValueRanges.requireStep(-1L), "step < 0: -1");
    refuses(
        () -> ValueRanges.requireStep((1L << 53) + 1), "step > 9007199254740992: 9007199254740993");
    refuses(() -> ValueRanges.requireIndex(-1), "index < 0: -1");
    refuses(() -> ValueRanges.requireIndex(1_000_001), "index > 1000000: 1000001");
    refuses(
        () -> ValueRanges.requireTime(Instant.parse("1999-12-31T23:59:59Z")),
        "time is not in 2000 to 2199: 1999-12-31T23:59:59Z");
    refuses(
        () -> ValueRanges.requireTime(Instant.parse("2200-01-01T00:00:00Z")),
        "time is not in 2000 to 2199: 2200-01-01T00:00:00Z");
  }

  private static void takes(ThrowingCallable check) {
    assertThatCode(check).doesNotThrowAnyException();
  }

  private static void refuses(ThrowingCallable check, String why) {
    assertThatThrownBy(check).isInstanceOf(IllegalArgumentException.class).hasMessage(why);
  }
}
