package dev.headroom.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// From its second step on, what a rank holds counts.
class StepPeaksTest {

  private static final Instant T0 = Instant.parse("2026-11-01T12:00:00Z");
  private static final long MIB = 1L << 20;

  @Test
  void whatComesBeforeTheSecondStepIsNoStep() {
    for (JobPhase phase :
        new JobPhase[] {JobPhase.STARTUP, JobPhase.MODEL_LOADED, JobPhase.ENDED}) {
      assertThat(StepPeaks.NONE.after(sample(0, phase, 900), 5L, false, T0))
          .as("%s", phase)
          .isSameAs(StepPeaks.NONE);
    }
    assertThat(StepPeaks.NONE.after(sample(0, JobPhase.FORWARD, 900), 1L, false, T0))
        .isSameAs(StepPeaks.NONE);
    assertThat(StepPeaks.NONE.after(sample(0, JobPhase.FORWARD, 900), 2L, false, T0))
        .isNotEqualTo(StepPeaks.NONE);
    assertThat(StepPeaks.NONE.after(sample(0, JobPhase.FORWARD, 900), null, false, T0))
        .isNotEqualTo(StepPeaks.NONE);
  }

  @Test
  void aNewPeakIsRememberedAlsoBeforeTheSecondStep() {
    StepPeaks early = StepPeaks.NONE.after(sample(7, JobPhase.STARTUP, 900), 0L, true, T0);
    assertThat(early.risen()).isEqualTo(T0.plusSeconds(7));
    StepPeaks later = early.after(sample(9, JobPhase.FORWARD, 900), 3L, false, T0);
    assertThat(later.risen()).isEqualTo(T0.plusSeconds(7));
    assertThat(later.after(sample(11, JobPhase.FORWARD, 950), 4L, true, T0).risen())
        .isEqualTo(T0.plusSeconds(11));
  }

  @Test
  void whatIsHeldInTwoSpansIsRepeated() {
    // Given spans of ten seconds and more
    StepPeaks peaks = StepPeaks.NONE;
    for (int second : new int[] {0, 11, 22}) {
      peaks =
          peaks.after(
              sample(second, JobPhase.FORWARD, second == 11 ? 500 : 100),
              2L + second,
              false,
              T0.plusSeconds(22));
    }

    // Then the size that was held once does not count
    MemorySize repeated = new MemorySize(100 * MIB);
    assertThat(peaks.repeated().allocated()).isEqualTo(repeated);
    assertThat(peaks.repeated(MeasuredSize.ALLOCATED)).contains(repeated);
    assertThat(peaks.repeated(MeasuredSize.RESERVED)).contains(new MemorySize(200 * MIB));
    assertThat(peaks.repeated(MeasuredSize.PROCESS)).contains(new MemorySize(300 * MIB));
    assertThat(peaks.repeated(MeasuredSize.DEVICE)).isEmpty();
    assertThat(peaks.beside()).as("the most of all").isEqualTo(new MemorySize(50 * MIB));

    // When it is restored from a summary
    StepPeaks restored = StepPeaks.restored(peaks.repeated(), peaks.beside(), peaks.risen());

    // Then
    assertThat(restored.repeated()).isEqualTo(peaks.repeated());
    assertThat(restored.beside()).isEqualTo(peaks.beside());
    assertThat(restored.trend()).isEmpty();
  }

  @Test
  void growthIsAllocatedsFirstAndFragmentationIsReservedsAlone() {
    // Given reserved that grows by 1 MiB a second, and allocated that does not
    StepPeaks fragmenting = grown(0, 1);
    StepPeaks leaking = grown(2, 3);

    // Then
    assertThat(fragmenting.fragmentation()).isPresent();
    assertThat(fragmenting.trend()).isEqualTo(fragmenting.reserved().trend());
    assertThat(fragmenting.growsOverAll()).isTrue();
    assertThat(leaking.fragmentation()).isEmpty();
    assertThat(leaking.trend()).isEqualTo(leaking.allocated().trend()).isPresent();
    assertThat(grown(0, 0).trend()).isEmpty();
    assertThat(grown(0, 0).growsOverAll()).isFalse();
  }

  /// Five minutes of steps.
  private static StepPeaks grown(int allocated, int reserved) {
    StepPeaks peaks = StepPeaks.NONE;
    for (int second = 0; second <= 300; second++) {
      MemorySample sample =
          MemorySample.builder("a", "GPU-1", T0.plusSeconds(second))
              .allocated(new MemorySize((1000L + (long) second * allocated) * MIB))
              .reserved(new MemorySize((2000L + (long) second * reserved) * MIB))
              .build();
      peaks = peaks.after(sample, 2L + second, false, T0.plusSeconds(300));
    }
    return peaks;
  }

  private static MemorySample sample(long second, @Nullable JobPhase phase, long mebibytes) {
    return MemorySample.builder("a", "GPU-1", T0.plusSeconds(second))
        .phase(phase)
        .allocated(new MemorySize(mebibytes * MIB))
        .reserved(new MemorySize(2 * mebibytes * MIB))
        .processUsed(new MemorySize(3 * mebibytes * MIB))
        .deviceUsed(new MemorySize(3 * mebibytes * MIB + mebibytes * MIB / 10))
        .build();
  }
}
