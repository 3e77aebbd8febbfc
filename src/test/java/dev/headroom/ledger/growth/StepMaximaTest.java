package dev.headroom.ledger.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.memory.MemorySize;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class StepMaximaTest {

  private static final long MIB = 1L << 20;

  @Test
  void memoryThatIsASawtoothDoesNotGrow() {
    // Given steps of seven seconds, each from 1 to 5 GiB
    StepMaxima maxima = after(300, second -> 1024 * MIB + second % 7 * 700 * MIB, 7);

    // Then
    assertThat(maxima.trend()).isEmpty();
    assertThat(maxima.repeated()).contains(new MemorySize(1024 * MIB + 6 * 700 * MIB));
  }

  @Test
  void aLeakBelowTheSawtoothIsSeenWithItsSlopeAndRange() {
    // When
    StepMaxima maxima =
        after(300, second -> 1024 * MIB + second % 7 * 700 * MIB + second * MIB / 2, 7);

    // Then
    Trend trend = maxima.trend().orElseThrow();
    assertThat(trend.slope()).isCloseTo(MIB / 2.0, within(MIB / 25.0));
    assertThat(trend.low()).isPositive().isLessThanOrEqualTo(trend.slope());
    assertThat(trend.high()).isGreaterThanOrEqualTo(trend.slope());
  }

  @Test
  void nineSpansThatEachHoldMoreAreALeak() {
    // When spans of ten seconds, the last of which is not closed
    StepMaxima eight = after(90, second -> (1024 + 4L * second) * MIB, 1);
    StepMaxima nine = after(100, second -> (1024 + 4L * second) * MIB, 1);

    // Then
    assertThat(eight.trend()).isEmpty();
    assertThat(nine.trend()).hasValueSatisfying(it -> assertThat(it.slope()).isEqualTo(4.0 * MIB));
  }

  @Test
  void whatHasOnlyGrownIsNoPlateau() {
    assertThat(after(90, second -> (1024 + 4L * second) * MIB, 1).isRising()).isTrue();
    assertThat(after(90, second -> (1024 - second % 2) * MIB, 1).isRising()).isFalse();
    // And nothing is known of a single closed span, or of what a summary tells
    assertThat(after(15, _ -> MIB, 1).isRising()).isTrue();
    assertThat(after(35, _ -> MIB, 1).isRising()).isFalse();
    assertThat(StepMaxima.restored(new MemorySize(MIB)).isRising()).isFalse();
  }

  @Test
  void aStepUpIsNoGrowth() {
    for (int at = 20; at < 280; at += 20) {
      int second = at;
      assertThat(after(300, it -> it < second ? 100 * MIB : 2000 * MIB, 1).trend())
          .as("at %d s", second)
          .isEmpty();
    }
  }

  @Test
  void whatIsHeldOnceIsNoPlateau() {
    // Given a single step with 9 GiB among steps with 1 GiB
    StepMaxima once = after(200, second -> second == 95 ? 9216 * MIB : 1024 * MIB, 1);
    StepMaxima twice =
        after(200, second -> second == 95 || second == 155 ? 9216 * MIB : 1024 * MIB, 1);

    // Then
    assertThat(once.repeated()).contains(new MemorySize(1024 * MIB));
    assertThat(twice.repeated()).contains(new MemorySize(9216 * MIB));
    assertThat(after(5, _ -> MIB, 1).repeated()).isEmpty();
  }

  @Test
  void stepsOfMinutesAreComparedAsWhole() {
    // Given steps of two minutes that leak 100 MiB each
    StepMaxima maxima =
        after(3600, second -> 1024 * MIB + second % 120 * 10 * MIB + second / 120 * 100 * MIB, 120);

    // Then
    assertThat(maxima.trend().orElseThrow().slope())
        .isCloseTo(100.0 * MIB / 120, within(0.1 * MIB));
  }

  @Test
  void noiseOfAThousandJobsIsNoGrowth() {
    int growing = 0;
    for (int seed = 0; seed < 1000; seed++) {
      var random = new SplittableRandom(seed);
      StepMaxima maxima = StepMaxima.NONE;
      for (int second = 0; second < 600; second += 5) {
        maxima = maxima.after(second * 1000L, null, random.nextLong(8192) * MIB, second * 1000L);
        growing += maxima.trend().isPresent() ? 1 : 0;
      }
    }
    System.out.printf("noise: growth in %d of 120,000 looks at 1,000 jobs%n", growing);
    assertThat(growing).isLessThanOrEqualTo(12);
  }

  private static StepMaxima after(int seconds, LongUnaryOperator bytes, int secondsAStep) {
    StepMaxima maxima = StepMaxima.NONE;
    for (int second = 0; second < seconds; second++) {
      long step = 2L + second / secondsAStep;
      maxima = maxima.after(second * 1000L, step, bytes.applyAsLong(second), second * 1000L);
    }
    return maxima;
  }
}
