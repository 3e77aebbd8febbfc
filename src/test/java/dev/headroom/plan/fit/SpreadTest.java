package dev.headroom.plan.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.memory.MemorySize;
import org.junit.jupiter.api.Test;

class SpreadTest {

  private static final Spread JOB = spread(10_000, 10_500, 11_000);

  @Test
  void halfTheJobsExceedTheMedianAndOneInTwentyTheP95() {
    // Then
    assertThat(exceeding(JOB, 10_500)).isCloseTo(0.5, within(1e-6));
    assertThat(exceeding(JOB, 11_000)).isCloseTo(0.05, within(1e-6));
  }

  /// By Python: 1 - statistics.NormalDist().cdf(log(x / 500) / (log(2) / 1.6448536269514722)).
  @Test
  void theRestIsSpreadLogNormally() {
    // Then
    assertThat(exceeding(JOB, 10_750)).isCloseTo(0.167981, within(1e-5));
    assertThat(exceeding(JOB, 12_000)).isCloseTo(0.000502, within(1e-5));
    assertThat(exceeding(JOB, 10_250)).isCloseTo(0.95, within(1e-5));
  }

  @Test
  void noJobFitsBelowWhatItReservesAndMoreMemoryNeverHarms() {
    // Then
    assertThat(exceeding(JOB, 10_000)).isEqualTo(1);
    double before = 1;
    for (int capacity = 9_000; capacity < 13_000; capacity += 7) {
      double now = exceeding(JOB, capacity);
      assertThat(now).isBetween(0.0, before);
      before = now;
    }
  }

  @Test
  void whatIsKnownExactlyHasNoSpread() {
    // Given
    Spread exact = spread(100, 100, 100);

    // Then
    assertThat(exceeding(exact, 100)).isZero();
    assertThat(exceeding(exact, 99)).isEqualTo(1);
  }

  @Test
  void sizesAreInOrder() {
    assertThatThrownBy(() -> spread(10, 9, 11)).hasMessageStartingWith("not in order");
    assertThatThrownBy(() -> spread(10, 11, 10)).hasMessageStartingWith("not in order");
  }

  private static double exceeding(Spread spread, long capacity) {
    return spread.exceeding(new MemorySize(capacity));
  }

  private static Spread spread(long reserved, long p50, long p95) {
    return new Spread(new MemorySize(reserved), new MemorySize(p50), new MemorySize(p95));
  }
}
