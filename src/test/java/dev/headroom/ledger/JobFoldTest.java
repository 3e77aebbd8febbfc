package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.SampleSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which run a job's config and samples belong to.
class JobFoldTest {

  private Snapshot ledger =
      SingleEvent.assigned(Snapshot.empty(LedgerLimits.DEFAULT), 0, SnapshotBuilder.START);

  @Test
  void aConfigWithoutARunBelongsToTheRunThatTheSamplesName() {
    // When: the config first, and for another job the samples first
    fold(config("a", null, "x", 0));
    fold(sample("a", "7", 1, 100));
    fold(sample("b", "7", 1, 100));
    fold(config("b", null, "x", 2));

    // Then
    for (String job : List.of("a", "b")) {
      assertThat(job(job).run()).isEqualTo("7");
      assertThat(job(job).registration()).isNotNull();
      assertThat(job(job).peaks().reserved()).isEqualTo(new MemorySize(100));
    }
  }

  @Test
  void samplesWithoutARunBelongToTheConfigs() {
    // When
    fold(config("a", "7", "x", 0));
    fold(sample("a", null, 1, 100));

    // Then
    assertThat(job("a").run()).isEqualTo("7");
    assertThat(job("a").peaks().reserved()).isEqualTo(new MemorySize(100));
  }

  @Test
  void neitherNeedsARun() {
    // When
    fold(config("a", null, "x", 0));
    fold(sample("a", null, 1, 100));

    // Then
    assertThat(job("a").run()).isNull();
    assertThat(job("a").registration()).isNotNull();
    assertThat(job("a").peaks().reserved()).isEqualTo(new MemorySize(100));
  }

  @Test
  void aConfigWithoutARunGoesOnInTheNextRun() {
    // When
    fold(config("a", null, "x", 0));
    fold(sample("a", "7", 1, 900));
    fold(sample("a", "8", 100, 100));

    // Then
    assertThat(job("a").run()).isEqualTo("8");
    assertThat(job("a").registration()).isNotNull();
    assertThat(job("a").peaks().reserved()).isEqualTo(new MemorySize(100));
    assertThat(job("a").pastRuns()).containsExactly("7");
  }

  @Test
  void changedContentStartsANewRunWhoeverNamesIt() {
    // When
    fold(config("a", null, "x", 0));
    fold(sample("a", "7", 1, 900));
    Verdict same = fold(config("a", null, "x", 50));
    Verdict changed = fold(config("a", null, "y", 60));
    JobState begun = job("a");
    Verdict late = fold(sample("a", "7", 59, 900));
    Verdict again = fold(sample("a", "7", 61, 100));

    // Then
    assertThat(List.of(same, changed, late, again))
        .containsExactly(Verdict.DUPLICATE, Verdict.APPLIED, Verdict.LATE, Verdict.APPLIED);
    assertThat(begun.run()).isNull();
    assertThat(begun.placements()).isEmpty();
    assertThat(job("a").run()).isEqualTo("7");
    assertThat(job("a").content()).isEqualTo("y");
    assertThat(job("a").peaks().reserved()).isEqualTo(new MemorySize(100));
  }

  @Test
  void changedContentWithoutSamplesStartsANewRunToo() {
    // When
    fold(config("a", null, "x", 0));
    fold(config("a", null, "y", 60));
    fold(config("a", "8", "z", 70));

    // Then
    assertThat(job("a").run()).isEqualTo("8");
    assertThat(job("a").content()).isEqualTo("z");
    assertThat(job("a").began()).isEqualTo(SnapshotBuilder.START.plusSeconds(70));
  }

  @Test
  void theNewestConfigFromBeforeARunIsTheRuns() {
    // Given: the next run's samples are read before its config
    fold(config("a", null, "x", 0));
    fold(sample("a", "7", 1, 900));
    fold(sample("a", "8", 100, 100));

    // When
    Verdict verdict = fold(config("a", null, "y", 99));

    // Then
    assertThat(verdict).isEqualTo(Verdict.APPLIED);
    assertThat(job("a").run()).isEqualTo("8");
    assertThat(job("a").content()).isEqualTo("y");
    assertThat(job("a").peaks().reserved()).isEqualTo(new MemorySize(100));
  }

  @Test
  void anOlderConfigIsLateForARestoredRun() {
    // Given: restored from its summary, whose content is not of the config that is read
    fold(config("a", null, "y", 60));
    fold(sample("a", "8", 61, 100));
    JobState summarized = job("a");
    ledger = Snapshot.empty(LedgerLimits.DEFAULT);
    fold(
        new JobSummarized(
            withoutRegistration(summarized), SnapshotBuilder.START, new SampleOffset(null, 0)));

    // When
    Verdict late = fold(config("a", null, "x", 0));

    // Then
    assertThat(late).isEqualTo(Verdict.LATE);
    assertThat(job("a").registration()).isNull();
    assertThat(job("a").peaks().reserved()).isEqualTo(new MemorySize(100));
    assertThat(fold(config("a", null, "y", 60))).isEqualTo(Verdict.APPLIED);
    assertThat(job("a").registration()).isNotNull();
  }

  @Test
  void theFirstSampleThatSaysWhoseJobItIsCountsUntilTheNextRun() {
    // When
    fold(sample("a", "7", 1, 100));
    fold(owned("a", "7", 2, "alice"));
    fold(owned("a", "7", 3, "bob"));
    Ownership first = job("a").ownership();
    fold(sample("a", "7", 4, 100));
    Ownership kept = job("a").ownership();
    fold(sample("a", "8", 5, 100));
    Ownership begun = job("a").ownership();
    fold(owned("a", "8", 6, "carol"));

    // Then
    assertThat(List.of(first, kept, begun, job("a").ownership()))
        .extracting(Ownership::owner)
        .containsExactly("alice", "alice", "", "carol");
  }

  @Test
  void whatAConfigSaysOfItsOwnerComesBeforeTheAgentsWord() {
    // When
    fold(owned("a", "1", 1, "carol"));
    fold(SnapshotBuilder.config("a", "m"));
    fold(owned("b", "7", 1, "carol"));
    fold(config("b", "7", "x", 0));

    // Then
    assertThat(job("a").attributed().owner()).isEqualTo("carol");
    assertThat(job("a").ownership()).isEqualTo(new Ownership("alice@example.com", "vision", ""));
    assertThat(job("b").registration()).isNotNull();
    assertThat(job("b").ownership().owner()).isEqualTo("carol");
  }

  @Test
  void whoeverBeginsAJobAgainWithoutARunIsItsOwnerOnceAllElseIsGone() {
    // When two processes go on, one ends, and another begins beside the one that is left
    fold(agentsWord("a", 1, 1, "alice"));
    fold(agentsWord("a", 2, 1, "alice"));
    fold(ended("a", 1, 2));
    fold(agentsWord("a", 3, 3, "bob"));
    Ownership beside = job("a").ownership();

    // And all end, or fall silent, before the next one begins
    fold(ended("a", 3, 4));
    fold(agentsWord("a", 4, 62, "carol"));

    // Then
    assertThat(beside.owner()).isEqualTo("alice");
    assertThat(job("a").ownership().owner()).isEqualTo("carol");
  }

  @Test
  void aRunThatIsReplacedKeepsItsOwner() {
    // When
    fold(SnapshotBuilder.config("a", "m"));
    fold(sample("a", "1", 1, 100));
    fold(sample("a", "2", 2, 100));

    // Then
    JobState before = Objects.requireNonNull(job("a").replaced());
    assertThat(before.ownership()).isEqualTo(new Ownership("alice@example.com", "vision", ""));
    assertThat(job("a").ownership()).isEqualTo(Ownership.UNKNOWN);
  }

  private static MemorySampled agentsWord(String job, long pid, long second, String owner) {
    return new MemorySampled(
        process(job, pid, second).ownership(new Ownership(owner, "", "")).build());
  }

  private static MemorySampled ended(String job, long pid, long second) {
    return new MemorySampled(process(job, pid, second).phase(JobPhase.ENDED).build());
  }

  private static MemorySample.Builder process(String job, long pid, long second) {
    return MemorySample.builder(job, "GPU-1", SnapshotBuilder.START.plusSeconds(second))
        .host("gpu-07")
        .pid(pid)
        .source(SampleSource.NVML)
        .processUsed(new MemorySize(100));
  }

  private static MemorySampled owned(String job, String run, long second, String owner) {
    return new MemorySampled(
        SnapshotBuilder.sample(job, "GPU-1", second)
            .run(run)
            .ownership(new Ownership(owner, "", ""))
            .reserved(new MemorySize(100))
            .build());
  }

  private static JobState withoutRegistration(JobState job) {
    return JobState.restored(
        job.job(),
        job.run(),
        job.partition(),
        job.content(),
        job.placements(),
        job.peaks(),
        job.tally(),
        job.steps(),
        job.began(),
        job.firstSample(),
        job.lastSample(),
        job.endedAt(),
        SnapshotBuilder.START,
        job.pastRuns());
  }

  private Verdict fold(JobEvent event) {
    SingleEvent step = SingleEvent.fold(ledger, event, 0, SnapshotBuilder.START.plusSeconds(200));
    ledger = step.snapshot();
    return step.verdict();
  }

  private JobState job(String name) {
    return Objects.requireNonNull(ledger.jobs().get(name));
  }

  private static MemorySampled sample(String job, @Nullable String run, long second, long bytes) {
    return new MemorySampled(
        SnapshotBuilder.sample(job, "GPU-1", second)
            .run(run)
            .reserved(new MemorySize(bytes))
            .build());
  }

  private static ConfigRegistered config(
      String job, @Nullable String run, String content, long second) {
    return SnapshotBuilder.undescribed(
        job, run, content, SnapshotBuilder.START.plusSeconds(second));
  }
}
