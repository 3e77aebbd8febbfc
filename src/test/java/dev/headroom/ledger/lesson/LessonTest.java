package dev.headroom.ledger.lesson;

import static dev.headroom.ledger.lesson.SampledJob.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.live.Calibrations;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.RunOutcome;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Which runs teach, and what.
class LessonTest {

  private static final int FIVE_MINUTES = 310;

  private final SampledJob run =
      new SampledJob(new Calibrations(GpuCatalogueReader.own(), new Predictions()));

  @Test
  void aCompletedRunTeachesEachOfItsPeaks() {
    // Given
    run.goesOn(60, 0, 0).ends(RunOutcome.COMPLETED);

    // When
    Lesson lesson = lesson().orElseThrow();

    // Then
    assertThat(lesson.observation().kind().gpuModel()).isEqualTo("A100-40GB");
    assertThat(lesson.observation().kind().model()).isEqualTo("resnet50");
    assertThat(lesson.observation().measured())
        .isEqualTo(
            Map.of(
                MeasuredSize.ALLOCATED, new MemorySize(run.allocated()),
                MeasuredSize.RESERVED, new MemorySize(run.reserved()),
                MeasuredSize.PROCESS, new MemorySize(run.reserved() + 2000 * MIB),
                MeasuredSize.DEVICE, new MemorySize(run.reserved() + 2500 * MIB)));
    assertThat(lesson.errors()).hasSize(4).allMatch(Lesson.PredictionError::isWithinP95);
  }

  @ParameterizedTest
  @EnumSource(value = RunOutcome.class, names = "COMPLETED", mode = EnumSource.Mode.EXCLUDE)
  void aRunThatDiedDoesNotTeach(RunOutcome outcome) {
    run.goesOn(60, 0, 0).ends(outcome);
    assertThat(lesson()).isEmpty();
  }

  @Test
  void aRunWithoutAnOptimizerStepDoesNotTeach() {
    run.neverSteps().goesOn(FIVE_MINUTES, 0, 0);
    assertThat(lesson()).isEmpty();
    run.ends(RunOutcome.COMPLETED);
    assertThat(lesson()).isEmpty();
  }

  @Test
  void aRunThatSharedItsGpuWithWhatNobodyKnowsDoesNotTeach() {
    run.goesOn(60, 0, 600 * MIB).ends(RunOutcome.COMPLETED);
    assertThat(lesson()).isEmpty();
  }

  @Test
  void aRunThatGoesOnTeachesAfterFiveMinutesWithoutANewPeak() {
    run.goesOn(100, -MIB, 0).goesOn(290, 0, 0);
    assertThat(lesson()).isEmpty();
    run.goesOn(30, 0, 0);
    assertThat(lesson()).isPresent();
  }

  @Test
  void aRunThatGoesOnAboveItsBudgetTeachesWhenItCompletes() {
    run.goesOn(2 * FIVE_MINUTES, run.allocated(), 0);
    assertThat(lesson()).isEmpty();
    run.ends(RunOutcome.COMPLETED);
    assertThat(lesson().orElseThrow().errors())
        .anySatisfy(
            error -> {
              assertThat(error.size()).isEqualTo(MeasuredSize.ALLOCATED);
              assertThat(error.ratio()).isBetween(0.9, 1.1);
              assertThat(error.isWithinP95()).isFalse();
            });
  }

  private Optional<Lesson> lesson() {
    return Lesson.of(run.job(), run.ledger());
  }
}
