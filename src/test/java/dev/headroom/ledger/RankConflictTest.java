package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Two publishers of one job name whose host, process, run and rank are equal: only GPU and steps
/// tell them apart.
class RankConflictTest {

  private static final Instant START = Instant.parse("2026-11-26T19:00:00Z");
  private static final String JOB = "resnet50-drifting";

  private Snapshot ledger = Snapshot.empty(LedgerLimits.DEFAULT);

  @Test
  void two_counts_of_steps_side_by_side_are_a_conflict() {
    // When
    for (int second = 0; second < 10; second++) {
      fold("GPU-demo", second, 100 + second);
      fold("GPU-simulate", second + 0.5, 1 + second);
    }
    // Then
    assertThat(Objects.requireNonNull(ledger.jobs().get(JOB)).placements())
        .hasSize(2)
        .allMatch(Placement::contested);
    assertThat(ledger.conflicts()).isGreaterThan(10);
  }

  @Test
  void one_process_on_two_gpus_is_none() {
    // When
    for (int second = 0; second < 10; second++) {
      fold("GPU-first-half", second, 100 + second);
      fold("GPU-second-half", second, 100 + second);
    }
    // Then
    assertThat(ledger.conflicts()).isZero();
  }

  @Test
  void a_restart_on_another_gpu_is_none() {
    // When
    fold("GPU-before", 0, 100);
    fold("GPU-before", 1, 101);
    for (int second = 2; second < 10; second++) {
      fold("GPU-after", second, second - 2);
    }
    // Then
    assertThat(ledger.conflicts()).isZero();
  }

  private void fold(String gpu, double second, long step) {
    Instant time = START.plusMillis((long) (1000 * second));
    var batch = new EventBatch(ledger, time);
    batch.add(
        new MemorySampled(
            MemorySample.builder(JOB, gpu, time)
                .run("1")
                .rank(0)
                .host("a100-00")
                .pid(11_001L)
                .source(SampleSource.FRAMEWORK)
                .phase(JobPhase.FORWARD)
                .step(step)
                .allocated(new MemorySize(100))
                .build()),
        0);
    ledger = batch.finish();
  }
}
