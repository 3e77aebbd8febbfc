package dev.headroom.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.triage.Concern;
import dev.headroom.triage.Triage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The last hour of one job.
class JobHistoryTest {

  private static final Instant START = SnapshotBuilder.START;

  private final JobHistory history = new JobHistory(START);
  private final SnapshotBuilder ledger = new SnapshotBuilder();

  @Test
  void aPointHasEachSizeAndThePhase() {
    // Given
    ledger.with(sample(0).allocated(size(10)).reserved(size(20)).build(), 0);
    ledger.with(
        sample(0).source(SampleSource.NVML).phase(null).step(null).processUsed(size(30)).build(),
        0);

    // When
    look(1);

    // Then
    assertThat(points(1))
        .containsExactly(new HistoryPoint(START, size(10), size(20), size(30), JobPhase.FORWARD));
    assertThat(history.since()).isEqualTo(START);
  }

  @Test
  void whatIsNotMeasuredIsNotZero() {
    ledger.with(sample(0).phase(null).reserved(size(0)).build(), 0);
    look(0);
    assertThat(points(0))
        .containsExactly(new HistoryPoint(START, null, MemorySize.ZERO, null, null));
  }

  @Test
  void aPeakBetweenTwoLooksIsToldAndOnlyOnce() {
    // Given
    see(0, 100);
    see(2, 50);

    // When it holds 900 for a moment
    ledger.with(sample(3).allocated(size(900)).build(), 3);
    see(4, 60);
    see(6, 70);

    // Then
    assertThat(points(6))
        .extracting(HistoryPoint::allocated)
        .containsExactly(size(100), size(50), size(900), size(70));
  }

  @Test
  void thePeakOfAJobThatIsSeenForTheFirstTimeIsOfAnotherTime() {
    ledger.with(sample(0).allocated(size(900)).build(), 0);
    see(2, 100);
    assertThat(points(2)).extracting(HistoryPoint::allocated).containsExactly(size(100));
  }

  @Test
  void eachTimeIsToldOnceAtTheFinestResolutionThatThereIs() {
    // Given two hours
    for (long second = 0; second <= 7200; second += 2) {
      see(second, second + 1);
    }

    // When
    List<HistoryPoint> points = points(7200);

    // Then the last two minutes, the eight before them, and the rest of the hour
    assertThat(points.getLast().at()).isEqualTo(START.plusSeconds(7200));
    for (int i = 1; i < points.size(); i++) {
      long age = Duration.between(points.get(i).at(), START.plusSeconds(7200)).toSeconds();
      assertThat(Duration.between(points.get(i - 1).at(), points.get(i).at()).toSeconds())
          .as("%d s ago", age)
          .isEqualTo(age < 120 ? 2 : age < 600 ? 10 : 60);
    }
    assertThat(points.getFirst().at()).isBetween(START.plusSeconds(3600), START.plusSeconds(3660));
  }

  @Test
  void aConcernIsAnEventWhenItBegins() {
    // Given
    ledger.with(sample(0).allocated(size(1)).build(), 0);

    // When
    look(0, Concern.LEAKING, Concern.NO_BUDGET);
    look(2, Concern.LEAKING);
    look(4);
    look(6, Concern.LEAKING, Concern.DRIFTING);

    // Then
    assertThat(history.events())
        .containsExactlyInAnyOrder(
            new HistoryEvent(START, "run_began"),
            new HistoryEvent(START, "leaking"),
            new HistoryEvent(START.plusSeconds(6), "leaking"),
            new HistoryEvent(START.plusSeconds(6), "drifting"));
  }

  @Test
  void aRunBeganWhereItSaysSoAndCompletedUnlessItFailed() {
    // Given
    ledger.with(SnapshotBuilder.config("a", "m"), 0);
    ledger.with(sample(1).allocated(size(1)).build(), 1);
    look(1);

    // When
    end(2, "1", RunOutcome.COMPLETED);
    look(3);
    look(4);
    ledger.with(sample(10).run("2").pid(2L).allocated(size(1)).build(), 10);
    look(11);
    end(12, "2", RunOutcome.FAILED);
    look(13, Concern.FAILED);

    // Then
    assertThat(history.events())
        .containsExactly(
            new HistoryEvent(START, "run_began"),
            new HistoryEvent(START.plusSeconds(2), "completed"),
            new HistoryEvent(START.plusSeconds(10), "run_began"),
            new HistoryEvent(START.plusSeconds(13), "failed"));
  }

  @Test
  void theLastHundredEventsAreKept() {
    // Given
    ledger.with(sample(0).allocated(size(1)).build(), 0);

    // When
    for (int i = 0; i < 101; i++) {
      look(2L * i, Concern.LEAKING);
      look(2L * i + 1);
    }

    // Then
    assertThat(history.events()).hasSize(100);
    assertThat(history.events().getFirst()).isEqualTo(event(2, "leaking"));
    assertThat(history.events().getLast()).isEqualTo(event(200, "leaking"));
  }

  @Test
  void itIsOldAnHourAfterTheLastLook() {
    ledger.with(sample(0).allocated(size(1)).build(), 0);
    look(10);
    assertThat(history.isOld(START.plusSeconds(3610))).isFalse();
    assertThat(history.isOld(START.plusSeconds(3610).plusMillis(1))).isTrue();
  }

  private void see(long second, long allocated) {
    ledger.with(sample(second).allocated(size(allocated)).build(), second);
    look(second);
  }

  private void look(long second, Concern... concerns) {
    JobState job = Objects.requireNonNull(ledger.snapshot().jobs().get("a"));
    history.record(job, triage(concerns), START.plusSeconds(second));
  }

  private static Triage triage(Concern... concerns) {
    return new Triage(
        JobStatus.WITHIN_BUDGET, List.of(concerns), Optional.empty(), Optional.empty());
  }

  private void end(long second, String run, RunOutcome outcome) {
    ledger.with(
        sample(second)
            .run(run)
            .pid(run.equals("1") ? 4711L : 2L)
            .phase(JobPhase.ENDED)
            .outcome(outcome)
            .allocated(size(1))
            .build(),
        second);
  }

  private List<HistoryPoint> points(long second) {
    return history.points(START.plusSeconds(second));
  }

  private static HistoryEvent event(long second, String what) {
    return new HistoryEvent(START.plusSeconds(second), what);
  }

  private static MemorySample.Builder sample(long second) {
    return SnapshotBuilder.sample("a", "GPU-1", second);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}
