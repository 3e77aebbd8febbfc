package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What is refused, known already or no news changes nothing.
class EventBatchTest {

  private static final Instant NOW = SnapshotBuilder.START.plusSeconds(10);

  @Test
  void aDuplicateThatNamesARunDoesNotNameTheJobs() {
    // Given a job that nobody named a run of
    Snapshot before = new SnapshotBuilder().with(sample("a", 5).run(null).build(), 5).snapshot();
    var again = new MemorySampled(sample("a", 5).run("7").build());
    var older = new MemorySampled(sample("a", 4).run("7").build());

    // When
    SingleEvent duplicate = SingleEvent.fold(before, again, 0, NOW);
    SingleEvent late = SingleEvent.fold(before, older, 0, NOW);
    SingleEvent applied =
        SingleEvent.fold(before, new MemorySampled(sample("a", 6).run("7").build()), 0, NOW);

    // Then
    assertThat(duplicate.verdict()).isEqualTo(Verdict.DUPLICATE);
    assertThat(duplicate.snapshot().jobs().get("a")).matches(job -> job.run() == null);
    assertThat(late.verdict()).isEqualTo(Verdict.LATE);
    assertThat(late.snapshot().jobs().get("a")).matches(job -> job.run() == null);
    assertThat(applied.snapshot().jobs().get("a")).matches(job -> "7".equals(job.run()));
  }

  @Test
  void whatIsRefusedNamesItsBound() {
    // Given
    var one =
        new LedgerLimits(
            1,
            1,
            100,
            1,
            1,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMinutes(15),
            Duration.ofSeconds(30));
    var batch = new EventBatch(SingleEvent.assigned(Snapshot.empty(one), 0, NOW), NOW);
    batch.add(new MemorySampled(sample("a", 1).build()), 0);
    batch.add(SnapshotBuilder.config("a", "m"), 0);
    batch.add(SnapshotBuilder.gpu("GPU-1", 1, 1), 0);

    // Then
    assertThat(batch.add(new MemorySampled(sample("b", 1).build()), 0))
        .isEqualTo(new Outcome.Refused(LimitKind.JOBS));
    assertThat(batch.add(new MemorySampled(sample("a", 1).rank(1).build()), 0))
        .isEqualTo(new Outcome.Refused(LimitKind.PLACEMENTS));
    assertThat(batch.add(SnapshotBuilder.config("b", "m"), 0))
        .isEqualTo(new Outcome.Refused(LimitKind.REGISTRATIONS));
    assertThat(batch.add(SnapshotBuilder.gpu("GPU-2", 1, 1), 0))
        .isEqualTo(new Outcome.Refused(LimitKind.GPUS));
    assertThat(batch.finish().refused()).isEqualTo(new RefusalCounts(1, 1, 1, 1));
  }

  private static MemorySample.Builder sample(String job, long second) {
    return SnapshotBuilder.sample(job, "GPU-1", second).reserved(new MemorySize(1));
  }
}
