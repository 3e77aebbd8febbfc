package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Arrival.PartitionAssigned;
import dev.headroom.ledger.Arrival.PartitionLost;
import dev.headroom.ledger.Arrival.PartitionRevoked;
import dev.headroom.ledger.Arrival.Received;
import dev.headroom.ledger.Arrival.TimePassed;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.StepPeaks;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the fold of [Ledger] does with each kind of arrival, and what it says of it.
class LedgerArrivalsTest {

  private static final Instant NOW = SnapshotBuilder.START.plusSeconds(10);
  private static final Outcome APPLIED = new Outcome.Judged(Verdict.APPLIED);

  /// An end that no time can follow, so that folding it fails.
  private static final Received FAILING = summary("broken", 0, 0, Instant.MAX);

  @Test
  void eachArrivalHasItsOutcomeInTheirOrder() {
    // When
    Ledger.Folded folded =
        fold(
            Snapshot.empty(LedgerLimits.DEFAULT),
            new PartitionAssigned(0),
            sampled("a", 5),
            sampled("a", 5),
            sampled("a", 4),
            sampled("a", 500),
            new TimePassed(),
            sampled("b", 5));

    // Then
    assertThat(folded.outcomes())
        .containsExactly(
            new Outcome.Assigned(Map.of()),
            APPLIED,
            new Outcome.Judged(Verdict.DUPLICATE),
            new Outcome.Judged(Verdict.LATE),
            new Outcome.Judged(Verdict.SKEWED),
            new Outcome.Expired(List.of(), List.of()),
            APPLIED);
    assertThat(folded.snapshot().jobs().size()).isEqualTo(2);
    assertThat(folded.snapshot().at()).isEqualTo(NOW);
  }

  @Test
  void anEventThatCannotBeFoldedIsAnOutcomeAndTheOthersAreFolded() {
    // Given
    Snapshot before = fold(Snapshot.empty(LedgerLimits.DEFAULT), sampled("a", 1)).snapshot();

    // When
    Ledger.Folded folded =
        fold(before, sampled("a", 2), FAILING, sampled("a", 2), sampled("b", 2), FAILING);

    // Then
    assertThat(folded.outcomes())
        .satisfiesExactly(
            outcome -> assertThat(outcome).isEqualTo(APPLIED),
            outcome -> assertThat(outcome).isInstanceOf(Outcome.Failed.class),
            outcome -> assertThat(outcome.verdict()).isEqualTo(Verdict.DUPLICATE),
            outcome -> assertThat(outcome).isEqualTo(APPLIED),
            outcome -> assertThat(outcome).isInstanceOf(Outcome.Failed.class));
    assertThat(folded.snapshot())
        .isEqualTo(fold(before, sampled("a", 2), sampled("a", 2), sampled("b", 2)).snapshot());
  }

  @Test
  void aSampleThatEndsAJobSaysSoOnce() {
    // When
    Ledger.Folded folded = fold(owned(), sampled("a", 1), ended("a", 2), ended("a", 3));

    // Then
    assertThat(folded.outcomes().get(1))
        .isInstanceOfSatisfying(
            Outcome.JobEnded.class,
            end -> {
              assertThat(end.job().endedAt()).isEqualTo(NOW);
              assertThat(end.job().peaks().reserved()).isEqualTo(new MemorySize(7));
            });
    assertThat(folded.outcomes().get(2)).isEqualTo(APPLIED);
  }

  @Test
  void anAssignedPartitionSaysUpToWhichSampleItsSummariesGo() {
    // Given
    Snapshot read =
        fold(
                Snapshot.empty(LedgerLimits.DEFAULT),
                summary("before", 3, 90),
                summary("at", 3, 100),
                summary("after", 3, 120),
                summary("deleted", 3, 900),
                summary("elsewhere", 4, 120))
            .snapshot();

    // When
    Ledger.Folded folded = fold(read, new PartitionAssigned(3));

    // Then
    assertThat(folded.outcomes())
        .containsExactly(
            new Outcome.Assigned(
                Map.of(
                    "before", new SampleOffset(null, 90),
                    "at", new SampleOffset(null, 100),
                    "after", new SampleOffset(null, 120),
                    "deleted", new SampleOffset(null, 900))));
    assertThat(folded.snapshot().owned()).containsExactly(3);
    assertThat(job(folded, "after").asOf()).isNull();
    assertThat(job(folded, "elsewhere").asOf()).isNotNull();
  }

  @Test
  void anOwnersOwnSummaryMovesItsOffsetAndNothingElse() {
    // Given
    Snapshot before = fold(owned(), sampled("a", 5)).snapshot();

    // When: its first summary, and one of the topic that was made anew
    Ledger.Folded once = fold(before, summary("a", 0, 40));
    Ledger.Folded again = fold(once.snapshot(), summary("a", 0, 0));
    Ledger.Folded other = fold(once.snapshot(), summary("a", 1, 7));

    // Then
    assertThat(once.outcomes()).containsExactly(new Outcome.Judged(Verdict.DUPLICATE));
    assertThat(job(once, "a").summaryOffset()).isEqualTo(new SampleOffset(null, 40));
    assertThat(job(once, "a").tally()).isEqualTo(job(before, "a").tally());
    assertThat(job(again, "a").summaryOffset()).isEqualTo(new SampleOffset(null, 0));
    assertThat(job(other, "a").summaryOffset()).isEqualTo(new SampleOffset(null, 40));
  }

  @Test
  void theOffsetOutlivesARevocationButNotALoss() {
    // Given
    Snapshot before =
        fold(Snapshot.empty(LedgerLimits.DEFAULT), summary("a", 0, 40), new PartitionAssigned(0))
            .snapshot();

    // When
    Ledger.Folded revoked = fold(before, new PartitionRevoked(0));
    Ledger.Folded lost = fold(before, new PartitionLost(0));

    // Then
    assertThat(revoked.snapshot().owned()).isEmpty();
    assertThat(job(revoked, "a").asOf()).isEqualTo(NOW);
    assertThat(fold(revoked.snapshot(), new PartitionAssigned(0)).outcomes())
        .containsExactly(new Outcome.Assigned(Map.of("a", new SampleOffset(null, 40))));
    assertThat(lost.snapshot().owned()).isEmpty();
    assertThat(lost.snapshot().jobs().get("a")).isNull();
  }

  @Test
  void whatExpiresIsSaidOfOurOwnJobsOnly() {
    // Given
    Snapshot before =
        fold(
                owned(),
                sampled("silent", 1),
                ended("ended", 1),
                new Received(new MemorySampled(builder("elsewhere", 1).build()), 1))
            .snapshot();
    Instant later = NOW.plus(LedgerLimits.DEFAULT.forgotten()).plusSeconds(1);

    // When
    Ledger.Folded folded = Ledger.fold(before, List.of(new TimePassed()), later);

    // Then
    assertThat(folded.outcomes())
        .containsExactly(new Outcome.Expired(List.of("silent"), List.of(job(before, "ended"))));
    assertThat(folded.snapshot().jobs().size()).isZero();
  }

  @Test
  void nothingBecomesOldByAClockThatIsSet() {
    // Given
    Snapshot before =
        new SnapshotBuilder()
            .with(builder("a", 5).build(), 5)
            .with(SnapshotBuilder.gpu("GPU-1", 5, 1), 5)
            .with(builder("b", 5).phase(JobPhase.ENDED).build(), 5)
            .snapshot();
    Duration set = Duration.ofHours(2);
    Instant after = NOW.plus(set);

    // When
    Snapshot shifted =
        Ledger.fold(before, List.of(new Arrival.ClockSet(set), new TimePassed()), after).snapshot();

    // Then
    assertThat(shifted.jobs().size()).isEqualTo(2);
    assertThat(shifted.gpus().size()).isEqualTo(1);
    assertThat(SingleEvent.expired(before, after).jobs().size()).isZero();
    assertThat(SingleEvent.expired(before, after).gpus().size()).isZero();
  }

  private static Ledger.Folded fold(Snapshot snapshot, Arrival... arrivals) {
    return Ledger.fold(snapshot, List.of(arrivals), NOW);
  }

  private static Snapshot owned() {
    return SingleEvent.assigned(Snapshot.empty(LedgerLimits.DEFAULT), 0, NOW);
  }

  private static JobState job(Ledger.Folded folded, String name) {
    return job(folded.snapshot(), name);
  }

  private static JobState job(Snapshot snapshot, String name) {
    return Objects.requireNonNull(snapshot.jobs().get(name));
  }

  private static Received sampled(String job, long second) {
    return new Received(new MemorySampled(builder(job, second).build()), 0);
  }

  private static Received ended(String job, long second) {
    return new Received(new MemorySampled(builder(job, second).phase(JobPhase.ENDED).build()), 0);
  }

  private static MemorySample.Builder builder(String job, long second) {
    return SnapshotBuilder.sample(job, "GPU-1", second).reserved(new MemorySize(7));
  }

  private static Received summary(String job, int partition, long offset) {
    return summary(job, partition, offset, null);
  }

  private static Received summary(
      String job, int partition, long offset, @Nullable Instant endedAt) {
    JobState state =
        JobState.restored(
            job,
            "1",
            partition,
            null,
            List.of(),
            MemoryPeaks.NONE,
            VerdictCounts.NONE,
            StepPeaks.NONE,
            null,
            SnapshotBuilder.START,
            SnapshotBuilder.START,
            endedAt,
            SnapshotBuilder.START,
            List.of());
    return new Received(
        new JobSummarized(state, SnapshotBuilder.START, new SampleOffset(null, offset)), partition);
  }
}
