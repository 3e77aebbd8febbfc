package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.MemorySize;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What is refused, known already or no news changes nothing; nor does a clock that is set.
class UnchangedTest {

  private static final Instant NOW = Cluster.START.plusSeconds(10);

  @Test
  void aDuplicateThatNamesARunDoesNotNameTheJobs() {
    // Given a job that nobody named a run of
    Snapshot before = new Cluster().with(sample("a", 5).run(null).build(), 5).snapshot();
    var again = new MemorySampled(sample("a", 5).run("7").build());
    var older = new MemorySampled(sample("a", 4).run("7").build());

    // When
    Step duplicate = Ledger.after(before, again, 0, NOW);
    Step late = Ledger.after(before, older, 0, NOW);
    Step applied = Ledger.after(before, new MemorySampled(sample("a", 6).run("7").build()), 0, NOW);

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
        new Limits(
            1,
            1,
            100,
            1,
            1,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMinutes(15),
            Duration.ofSeconds(30));
    Batch batch = Ledger.begin(Ledger.taken(Snapshot.empty(one), 0, NOW), NOW);
    batch.add(new MemorySampled(sample("a", 1).build()), 0);
    batch.add(Cluster.config("a", "m"), 0);
    batch.add(Cluster.gpu("GPU-1", 1, 1), 0);

    // Then
    assertThat(batch.refusedBy()).isEmpty();
    assertThat(batch.add(new MemorySampled(sample("b", 1).build()), 0)).isEqualTo(Verdict.REJECTED);
    assertThat(batch.refusedBy()).contains(Bound.JOBS);
    assertThat(batch.add(new MemorySampled(sample("a", 1).rank(1).build()), 0)).isEqualTo(Verdict.REJECTED);
    assertThat(batch.refusedBy()).contains(Bound.PLACEMENTS);
    assertThat(batch.add(Cluster.config("b", "m"), 0)).isEqualTo(Verdict.REJECTED);
    assertThat(batch.refusedBy()).contains(Bound.REGISTRATIONS);
    assertThat(batch.add(Cluster.gpu("GPU-2", 1, 1), 0)).isEqualTo(Verdict.REJECTED);
    assertThat(batch.refusedBy()).contains(Bound.GPUS);
    assertThat(batch.finish().refused()).isEqualTo(new Refusals(1, 1, 1, 1));
  }

  @Test
  void nothingBecomesOldByAClockThatIsSet() {
    // Given
    Snapshot before =
        new Cluster()
            .with(sample("a", 5).build(), 5)
            .with(Cluster.gpu("GPU-1", 5, 1), 5)
            .with(sample("b", 5).phase(Phase.ENDED).build(), 5)
            .snapshot();
    Duration set = Duration.ofHours(2);

    // When
    Snapshot shifted = Ledger.shifted(before, set, NOW.plus(set));

    // Then
    Snapshot swept = Ledger.swept(shifted, NOW.plus(set)).snapshot();
    assertThat(swept.jobs().size()).isEqualTo(2);
    assertThat(swept.gpus().size()).isEqualTo(1);
    assertThat(Ledger.swept(before, NOW.plus(set)).snapshot().jobs().size()).isZero();
  }

  private static MemorySample.Builder sample(String job, long second) {
    return Cluster.sample(job, "GPU-1", second).reserved(new MemorySize(1));
  }
}
