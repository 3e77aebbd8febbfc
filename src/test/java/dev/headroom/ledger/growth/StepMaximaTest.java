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
  void spansOfAlmostFiveMinutesFillTheWindow() {
    // When the last span begins at 270 s, and at 280 s
    assertThat(after(280, _ -> MIB, 1).isFull()).isFalse();
    assertThat(after(281, _ -> MIB, 1).isFull()).isTrue();
    assertThat(StepMaxima.NONE.isFull()).isFalse();
    assertThat(after(1, _ -> MIB, 1).isFull()).isFalse();
    // And those that a job makes late do not
    StepMaxima late = StepMaxima.NONE.after(900_000, null, MIB, 900_000);
    assertThat(late.isFull()).isFalse();
    assertThat(late.after(910_000, null, MIB, 910_000).isFull()).isFalse();
  }

  @Test
  void aLateMeasurementRaisesTheSpanThatItFallsInto() {
    // Given spans with 1, 2 and 3 MiB, and an open one
    StepMaxima rising = after(35, second -> (1 + second / 10) * MIB, 10);
    assertThat(rising.isRising()).isTrue();
    // When
    StepMaxima raised = rising.after(12_000, 3L, 5 * MIB, 35_000);
    // Then
    assertThat(raised.isRising()).isFalse();
    assertThat(rising.after(12_000, 3L, 2 * MIB, 35_000)).isSameAs(rising);
    assertThat(rising.isRising()).as("as it was").isTrue();
    // And before any span is closed it is one of the open span
    StepMaxima open = StepMaxima.NONE.after(5_000, 2L, MIB, 5_000).after(1_000, 2L, 7, 5_000);
    assertThat(open).isEqualTo(StepMaxima.NONE.after(5_000, 2L, MIB, 5_000));
    assertThat(open.after(1_000, 2L, 9 * MIB, 5_000).after(15_000, 3L, MIB, 15_000).repeated())
        .contains(new MemorySize(MIB));
  }

  @Test
  void whatIsOlderThanTheWindowIsLeftOut() {
    StepMaxima maxima = after(35, second -> (1 + second / 10) * MIB, 10);
    assertThat(maxima.after(0, 2L, 99 * MIB, 300_000)).isSameAs(maxima);
    assertThat(maxima.after(1, 2L, 99 * MIB, 300_000)).isNotEqualTo(maxima);
  }

  @Test
  void aSpanEndsAfterTenSecondsWithItsStep() {
    StepMaxima first = StepMaxima.NONE.after(0, 0L, MIB, 0);
    assertThat(first.isRising()).as("nothing is closed").isFalse();
    assertThat(first.after(9_999, 1L, MIB, 9_999).isRising()).isFalse();
    assertThat(first.after(10_000, 1L, MIB, 10_000).isRising()).isTrue();
    assertThat(first.after(10_000, 0L, MIB, 10_000)).as("still step 0").isSameAs(first);
    assertThat(first.after(10_000, null, MIB, 10_000).isRising()).as("unknown").isTrue();
  }

  @Test
  void nothingHeldIsAMeasurement() {
    StepMaxima nothing = StepMaxima.NONE.after(0, 0L, 0, 0);
    assertThat(nothing.after(1_000, 0L, 0, 1_000)).isSameAs(nothing);
    assertThat(nothing.after(10_000, 1L, 0, 10_000).repeated()).contains(MemorySize.ZERO);
    assertThat(nothing.after(10_000, 1L, 0, 10_000).isRising()).isTrue();
  }

  @Test
  void aSummaryTellsWhatWasHeldTwice() {
    assertThat(StepMaxima.restored(new MemorySize(9)).repeated()).contains(new MemorySize(9));
    assertThat(StepMaxima.restored(null)).isSameAs(StepMaxima.NONE);
  }

  @Test
  void equalsWhatHoldsTheSame() {
    StepMaxima maxima = after(35, second -> second * MIB, 10);
    StepMaxima same = after(35, second -> second * MIB, 10);
    assertThat(maxima).isEqualTo(same).hasSameHashCodeAs(same).isEqualTo(maxima);
    assertThat(maxima).isNotEqualTo(null).isNotEqualTo(after(34, second -> second * MIB, 10));
    assertThat(maxima.hashCode()).isNotEqualTo(after(34, second -> second * MIB, 10).hashCode());
    StepMaxima open = StepMaxima.NONE.after(0, 1L, 1, 0);
    assertThat(open).isNotEqualTo(StepMaxima.NONE.after(1, 1L, 1, 1));
    assertThat(open).isNotEqualTo(StepMaxima.NONE.after(0, 2L, 1, 0));
    assertThat(open).isNotEqualTo(StepMaxima.NONE.after(0, 1L, 2, 0));
    StepMaxima closed = StepMaxima.restored(MemorySize.ZERO).after(0, 1L, 1, 0);
    assertThat(open).isNotEqualTo(closed);
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
