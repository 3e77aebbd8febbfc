package dev.headroom.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.headroom.calibration.RecordedRun;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Jobs on an H100 that hold what such jobs were measured to hold, in a cluster without history.
class HealthyH100JobsTest {

  private static final long TOTAL = 81_559L << 20;
  private static final int STEPS = 60;

  static List<RecordedRun> runs() {
    return RecordedRun.all();
  }

  /// One is told as drifting: of its peak a convolution's workspace is 6 %, the most of all.
  @Test
  void areWithinTheirBudgetThoughNothingWasLearned() {
    // Given
    Map<String, JobStatus> others = new TreeMap<>();

    // When
    for (RecordedRun run : runs()) {
      WatchedJob job = job(run);
      train(job, run, 0);
      if (job.condition().status() != JobStatus.WITHIN_BUDGET) {
        others.put(run.title(), job.condition().status());
      }
    }

    // Then
    assertThat(others)
        .containsExactly(entry("resnet50_recomputed, batch 8, float32", JobStatus.DRIFTING));
  }

  /// What keeps quiet above still speaks: 40 % and 600 MiB more than was measured is drift.
  @ParameterizedTest
  @MethodSource("runs")
  void driftWhereTheyHoldFarMore(RecordedRun run) {
    // Given
    WatchedJob job = job(run);

    // When
    train(job, run, run.allocated().bytes() * 2 / 5 + (600L << 20));

    // Then
    assertThat(job.condition().status()).isEqualTo(JobStatus.DRIFTING);
  }

  private static WatchedJob job(RecordedRun run) {
    long rest = run.process().bytes() - run.reserved().bytes();
    return new WatchedJob(
        new Calibrations(GpuCatalogueReader.own(), new Predictions()),
        "job",
        run.config(),
        RecordedRun.GPU,
        TOTAL,
        rest,
        0);
  }

  private static void train(WatchedJob job, RecordedRun run, long more) {
    for (int step = 0; step < STEPS; step++) {
      job.trains(run.allocated().bytes() + more, run.reserved().bytes() + more);
    }
  }
}
