package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplingScheduleTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long MILLI = 1_000_000;

  @Test
  void doesNotDriftHoweverLongASamplingTakes() {
    // Given
    SamplingSchedule schedule = new SamplingSchedule(SECOND, Duration.ofMillis(250));
    long start = 5_000_000 * MILLI;

    // When: each sampling ends 1 to 900 ms after its instant, for an hour
    long planned = schedule.nextAfter(start);
    for (int i = 0; i < 3_600; i++) {
      planned = schedule.nextAfter(planned + (1 + i * 37 % 900) * MILLI);
    }

    // Then
    assertThat(planned).isEqualTo(start + 250 * MILLI + 3_600 * 1_000 * MILLI);
  }

  @Test
  void leavesMissedInstantsOutAndCountsThem() {
    // Given
    SamplingSchedule schedule = new SamplingSchedule(SECOND, Duration.ZERO);
    long planned = schedule.nextAfter(0);

    // When
    long next = schedule.nextAfter(planned + 3_500 * MILLI);

    // Then
    assertThat(next).isEqualTo(planned + 4_000 * MILLI);
    assertThat(schedule.missedBetween(planned, next)).isEqualTo(3);
    assertThat(schedule.missedBetween(planned, planned + 1_000 * MILLI)).isZero();
  }

  @Test
  void worksAcrossTheSignOfTheClock() {
    SamplingSchedule schedule = new SamplingSchedule(SECOND, Duration.ofMillis(1));
    assertThat(schedule.nextAfter(-1)).isEqualTo(MILLI);
    assertThat(schedule.nextAfter(-2_000 * MILLI)).isEqualTo(-1_999 * MILLI);
  }

  @Test
  void spreadsNodesOverThePeriodAndKeepsEachWhereItIs() {
    // When
    int[] tenths = new int[10];
    IntStream.range(0, 1_000)
        .mapToObj(i -> SamplingSchedule.ofNode("gpu-" + i, SECOND))
        .forEach(schedule -> tenths[(int) (schedule.offset().toMillis() / 100)]++);

    // Then
    assertThat(IntStream.of(tenths)).allMatch(count -> count > 50 && count < 200);
    assertThat(SamplingSchedule.ofNode("gpu-7", SECOND))
        .isEqualTo(SamplingSchedule.ofNode("gpu-7", SECOND));
  }

  @Test
  void refusesAPeriodThatIsNone() {
    assertThatThrownBy(() -> new SamplingSchedule(Duration.ZERO, Duration.ZERO))
        .hasMessage("period not in 10 ms to 1 h: PT0S");
  }
}
