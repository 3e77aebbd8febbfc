package dev.headroom.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.sample.SampleSource;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Each source has a time of its own.
class LastSampleTimesTest {

  @Test
  void eachSourceHasItsOwn() {
    LastSampleTimes times =
        LastSampleTimes.NEVER
            .with(SampleSource.NVML, 1)
            .with(SampleSource.CUDA, 2)
            .with(SampleSource.FRAMEWORK, 3)
            .with((SampleSource) null, 4);
    assertThat(times).isEqualTo(new LastSampleTimes(1, 2, 3, 4));
    assertThat(times.of(SampleSource.NVML)).isEqualTo(1);
    assertThat(times.of(SampleSource.CUDA)).isEqualTo(2);
    assertThat(times.of(SampleSource.FRAMEWORK)).isEqualTo(3);
    assertThat(times.of(null)).isEqualTo(4);
  }

  @Test
  void theNewestIsThatOfAnySource() {
    assertThat(new LastSampleTimes(9, 2, 3, 4).newest()).isEqualTo(9);
    assertThat(new LastSampleTimes(1, 9, 3, 4).newest()).isEqualTo(9);
    assertThat(new LastSampleTimes(1, 2, 9, 4).newest()).isEqualTo(9);
    assertThat(new LastSampleTimes(1, 2, 3, 9).newest()).isEqualTo(9);
    assertThat(LastSampleTimes.NEVER.newest()).isZero();
  }

  @Test
  void togetherTheyAreTheNewerOfEach() {
    assertThat(new LastSampleTimes(1, 8, 3, 8).with(new LastSampleTimes(5, 2, 7, 4)))
        .isEqualTo(new LastSampleTimes(5, 8, 7, 8));
  }

  @Test
  void timesAreNanosecondsSince1970() {
    assertThat(LastSampleTimes.nanos(Instant.ofEpochSecond(2, 5))).isEqualTo(2_000_000_005L);
  }
}
