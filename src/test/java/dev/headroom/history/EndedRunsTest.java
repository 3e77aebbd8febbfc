package dev.headroom.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EndedRunsTest {

  private static final Instant START = SnapshotBuilder.START;
  private final EndedRuns ended = new EndedRuns(HistoryBounds.of(10, 3));

  @Test
  void aRunStaysWithItsOutcomeAndPeaks() {
    // When it is seen twice, once here and once as a summary
    Snapshot snapshot = ended("a", "1", RunOutcome.OUT_OF_MEMORY, 5);
    ended.record(snapshot, START.plusSeconds(6));
    JobState state = Objects.requireNonNull(snapshot.jobs().get("a"));
    ended.record(state, START.plusSeconds(7));

    // Then
    assertThat(ended.newestFirst())
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.outcome()).isEqualTo("out_of_memory");
              assertThat(run.endedAt()).isEqualTo(START.plusSeconds(5));
              assertThat(run.gpuModel()).isEqualTo("NVIDIA A100-SXM4-40GB");
              assertThat(run.state().peaks().allocated()).isEqualTo(new MemorySize(900));
              assertThat(run.state().registration()).isNull();
            });
  }

  @Test
  void aRunKeepsTheOwnerThatOnlyAnAgentSaid() {
    // When
    var alice = new Ownership("alice", "vision", "");
    Snapshot snapshot =
        new SnapshotBuilder()
            .with(sample(1).ownership(alice).build(), 1)
            .with(sample(2).phase(JobPhase.ENDED).build(), 2)
            .snapshot();
    ended.record(snapshot, START.plusSeconds(3));

    // Then
    assertThat(ended.newestFirst())
        .singleElement()
        .extracting(run -> run.state().ownership())
        .isEqualTo(alice);
  }

  @Test
  void aRunInWhosePlaceAnotherBeganIsReplaced() {
    // Given
    var cluster = new SnapshotBuilder();
    cluster.with(SnapshotBuilder.sample("a", "GPU-1", 1).allocated(new MemorySize(700)).build(), 1);
    ended.record(cluster.snapshot(), START.plusSeconds(1));

    // When
    cluster.with(
        SnapshotBuilder.sample("a", "GPU-1", 3).run("2").allocated(new MemorySize(5)).build(), 3);
    ended.record(cluster.snapshot(), START.plusSeconds(3));

    // Then
    assertThat(ended.of("a"))
        .singleElement()
        .satisfies(
            run -> {
              assertThat(run.state().run()).isEqualTo("1");
              assertThat(run.outcome()).isEqualTo("replaced");
              assertThat(run.state().peaks().allocated()).isEqualTo(new MemorySize(700));
            });
  }

  @Test
  void aRunThatEndedAndWasReplacedBetweenTwoLooksKeepsItsOutcome() {
    // Given
    var cluster = new SnapshotBuilder();
    cluster.with(
        SnapshotBuilder.sample("a", "GPU-1", 1)
            .allocated(new MemorySize(7))
            .phase(JobPhase.ENDED)
            .outcome(RunOutcome.FAILED)
            .build(),
        1);
    cluster.with(running(2), 2);
    cluster.with(running(3), 3);

    // When it is looked at twice
    ended.record(cluster.snapshot(), START.plusSeconds(3));
    long changes = ended.changes();
    ended.record(cluster.snapshot(), START.plusSeconds(5));

    // Then
    assertThat(ended.of("a"))
        .singleElement()
        .satisfies(run -> assertThat(run.outcome()).isEqualTo("failed"));
    assertThat(ended.changes()).isEqualTo(changes);
  }

  @Test
  void theOldestGoesWhereThereAreTooManyOrTimeIsUp() {
    for (int i = 0; i < 5; i++) {
      ended.record(ended("job-" + i, "1", RunOutcome.COMPLETED, i), START.plusSeconds(i));
    }
    assertThat(ended.newestFirst())
        .extracting(run -> run.state().job())
        .containsExactly("job-4", "job-3", "job-2");

    Instant later = START.plus(Duration.ofDays(7)).plusSeconds(3);
    ended.record(new SnapshotBuilder().snapshot(), later);
    assertThat(ended.newestFirst())
        .extracting(run -> run.state().job())
        .containsExactly("job-4", "job-3");

    // Nor does an old summary bring one back.
    JobState old = Objects.requireNonNull(ended("x", "1", RunOutcome.FAILED, 0).jobs().get("x"));
    ended.record(old, later);
    assertThat(ended.of("x")).isEmpty();
  }

  private static MemorySample running(long second) {
    return sample(second).run("2").build();
  }

  private static MemorySample.Builder sample(long second) {
    return SnapshotBuilder.sample("a", "GPU-1", second).allocated(new MemorySize(5));
  }

  private static Snapshot ended(String job, String run, RunOutcome outcome, long second) {
    return new SnapshotBuilder()
        .with(SnapshotBuilder.gpu("GPU-1", 0, 1), 0)
        .with(
            SnapshotBuilder.sample(job, "GPU-1", 0).run(run).allocated(new MemorySize(900)).build(),
            0)
        .with(
            SnapshotBuilder.sample(job, "GPU-1", second)
                .run(run)
                .phase(JobPhase.ENDED)
                .outcome(outcome)
                .allocated(new MemorySize(1))
                .build(),
            second)
        .snapshot();
  }
}
