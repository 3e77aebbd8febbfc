package dev.headroom.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");

  private Snapshot ledger = Snapshot.empty(LedgerLimits.DEFAULT);
  private Instant now = T0;

  @Test
  void aSampleOfAnUnknownJobMakesItKnownWithoutABudget() {
    // When
    Verdict verdict = fold(sample("a", "1", 0, 0, 100));

    // Then
    assertEquals(Verdict.APPLIED, verdict);
    assertTrue(job("a").budget().isEmpty());
    assertEquals(new MemorySize(100), job("a").peaks().reserved());
  }

  @Test
  void equalTimesAreDuplicatesAndOlderOnesLateOnEachSourceAlone() {
    // Given
    fold(sample("a", "1", 0, 10, 100));

    // Then
    assertEquals(Verdict.DUPLICATE, fold(sample("a", "1", 0, 10, 900)));
    assertEquals(Verdict.LATE, fold(sample("a", "1", 0, 9, 900)));
    assertEquals(Verdict.APPLIED, fold(sample("a", "1", 1, 9, 50)));
    assertEquals(Verdict.APPLIED, fold(agent("a", 9, 4711)));
    assertEquals(new MemorySize(100), job("a").peaks().reserved());
    assertEquals(new VerdictCounts(3, 1, 1, 0), job("a").tally());
  }

  @Test
  void aTimeMoreThanAMinuteAheadIsSkewedAndMakesNoJob() {
    assertEquals(Verdict.APPLIED, fold(sample("a", "1", 0, 60, 1)));
    assertEquals(Verdict.SKEWED, fold(sample("b", "1", 0, 61, 1)));
    assertNull(ledger.jobs().get("b"));
  }

  @Test
  void anAgentsSampleJoinsTheRankOfItsProcess() {
    // Given
    fold(sample("a", "1", 0, 1, 100));

    // When
    fold(agent("a", 2, 4711));

    // Then
    assertEquals(1, job("a").placements().size());
    Placement joined = job("a").placements().getFirst();
    assertEquals(0, joined.rank());
    assertEquals(new MemorySize(777), joined.latest().processUsed());
    assertEquals(new MemorySize(100), joined.latest().reserved());
  }

  @Test
  void aRankJoinsTheProcessThatAnAgentSawFirst() {
    // Given
    fold(agent("a", 2, 4711));

    // When
    fold(sample("a", "1", 0, 1, 100));

    // Then
    assertEquals(1, job("a").placements().size());
    assertEquals(0, job("a").placements().getFirst().rank());
  }

  @Test
  void aConfigThatComesLaterAppliesToWhatWasMeasured() {
    // Given
    fold(sample("a", "1", 0, 1, 100));

    // When
    Verdict verdict = fold(config("a", "1", "x", 5));

    // Then
    assertEquals(Verdict.APPLIED, verdict);
    assertNotNull(job("a").registration());
    assertEquals(new MemorySize(100), job("a").peaks().reserved());
    assertEquals(Verdict.DUPLICATE, fold(config("a", "1", "x", 6)));
  }

  @Test
  void anotherRunBeginsAnewAndSamplesOfTheOlderOneAreLate() {
    // Given
    fold(config("a", "1", "x", 0));
    fold(sample("a", "1", 0, 1, 100));

    // When
    fold(config("a", "2", "y", 10));

    // Then
    assertNull(job("a").peaks().reserved());
    assertEquals("2", job("a").run());
    assertEquals(Verdict.LATE, fold(sample("a", "1", 0, 11, 900)));
    assertEquals(Verdict.APPLIED, fold(sample("a", "2", 0, 11, 50)));
    assertEquals(new MemorySize(50), job("a").peaks().reserved());
    assertEquals(2, job("a").tally().applied());
  }

  @Test
  void otherContentUnderTheSameRunBeginsItAnew() {
    // Given
    fold(config("a", "1", "x", 0));
    fold(sample("a", "1", 0, 1, 100));

    // When
    fold(config("a", "1", "y", 10));

    // Then
    assertNull(job("a").peaks().reserved());
    assertEquals(Verdict.LATE, fold(sample("a", "1", 0, 9, 900)));
    assertEquals(Verdict.APPLIED, fold(sample("a", "1", 0, 12, 50)));
    assertEquals(Verdict.APPLIED, fold(config("a", "1", "z", 20)));
  }

  @Test
  void aRunThatIsUnknownAndNewerBeginsBeforeItsConfigComes() {
    // Given
    fold(config("a", "1", "x", 0));
    fold(sample("a", "1", 0, 1, 100));

    // When
    Verdict older = fold(sample("a", "0", 0, 0, 900));
    Verdict newer = fold(sample("a", "2", 0, 2, 50));

    // Then
    assertEquals(Verdict.LATE, older);
    assertEquals(Verdict.APPLIED, newer);
    assertNull(job("a").registration());
    assertEquals(Verdict.APPLIED, fold(config("a", "2", "y", 3)));
    assertEquals(new MemorySize(50), job("a").peaks().reserved());
  }

  @Test
  void aJobEndsWithItsLastRankAndIsForgottenAfterTheGrace() {
    // Given
    fold(sample("a", "1", 0, 1, 100));
    fold(sample("a", "1", 1, 1, 100));
    fold(ended("a", 0, 2, RunOutcome.COMPLETED));
    assertNull(job("a").endedAt());

    // When
    fold(ended("a", 1, 2, RunOutcome.OUT_OF_MEMORY));

    // Then
    assertEquals(JobStatus.OUT_OF_MEMORY, ledger.condition(job("a")).status());
    sweepAfter(Duration.ofSeconds(30));
    assertNotNull(ledger.jobs().get("a"));
    sweepAfter(Duration.ofSeconds(1));
    assertNull(ledger.jobs().get("a"));
  }

  @Test
  void boundsRefuseAndAreCounted() {
    // Given
    LedgerLimits tight =
        new LedgerLimits(
            1,
            1,
            1,
            2,
            1,
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMinutes(15),
            Duration.ofSeconds(30));
    ledger = Snapshot.empty(tight);

    // When
    fold(sample("a", "1", 0, 1, 100));
    fold(sample("a", "1", 1, 1, 100));
    fold(config("a", "1", "x", 0));

    // Then
    assertEquals(Verdict.REJECTED, fold(sample("a", "1", 2, 1, 100)));
    assertEquals(Verdict.REJECTED, fold(sample("b", "1", 0, 1, 100)));
    assertEquals(Verdict.REJECTED, fold(config("b", "1", "x", 0)));
    assertEquals(Verdict.APPLIED, fold(device("g0", 1)));
    assertEquals(Verdict.REJECTED, fold(device("g1", 1)));
    assertEquals(new RefusalCounts(1, 1, 1, 1), ledger.refused());
  }

  @Test
  void growthIsTheMedianSlopeAndCatchingUpInventsNone() {
    // Given
    for (int second = 0; second < 180; second++) {
      now = T0.plusSeconds(second);
      fold(sample("leaks", "1", 0, second, 1_000_000 + second * 100_000L));
      fold(sample("slowly", "1", 0, second, 1_000_000 + second * 10_000L));
      fold(sample("steps", "1", 0, second, second < 90 ? 1_000_000 : 20_000_000));
    }
    now = T0.plusSeconds(10_000);
    for (int second = 0; second < 180; second++) {
      fold(sample("old", "1", 0, second, 1_000_000 + second * 100_000L));
    }

    // Then
    assertEquals(100_000, job("leaks").growth(T0.plusSeconds(180)).orElseThrow(), 1e-6);
    assertTrue(job("slowly").growth(T0.plusSeconds(180)).isEmpty());
    assertTrue(job("steps").growth(T0.plusSeconds(180)).isEmpty());
    assertTrue(job("old").growth(now).isEmpty());
  }

  @Test
  void headroomIsWhatIsLeftWhenEveryJobHasPeaked() {
    // Given
    fold(device("g0", 1));
    fold(agent("a", 1, 1));
    fold(agent("b", 1, 2));

    // When
    GpuHeadroom gpuHeadroom = GpuHeadroom.of(ledger).get("g0");

    // Then
    assertNotNull(gpuHeadroom);
    assertEquals(new MemorySize(2000 - 2 * 777), gpuHeadroom.unattributed());
    assertEquals(10_000 - 2000, gpuHeadroom.headroom());
  }

  @Test
  void aPartitionTakenHandedAndTakenBackKeepsItsPeaks() {
    // Given
    ledger = SingleEvent.assigned(ledger, 3, now);
    fold(sample("a", "1", 0, 1, 100));
    assertTrue(ledger.owns(job("a")));

    // When
    ledger = SingleEvent.fold(ledger, new Arrival.PartitionRevoked(3), now).snapshot();

    // Then
    assertEquals(now, job("a").asOf());
    ledger = SingleEvent.assigned(ledger, 3, now.plusSeconds(1));
    assertNull(job("a").asOf());
    assertEquals(new MemorySize(100), job("a").peaks().reserved());
    ledger = SingleEvent.fold(ledger, new Arrival.PartitionLost(3), now).snapshot();
    assertNull(ledger.jobs().get("a"));
  }

  @Test
  void whatAnotherReplicaSaysIsListedAndOurOwnEchoIsNot() {
    // Given
    ledger = SingleEvent.assigned(ledger, 3, now);
    fold(sample("a", "1", 0, 1, 100));
    JobState ours = job("a");
    Snapshot elsewhere =
        SingleEvent.fold(Snapshot.empty(LedgerLimits.DEFAULT), sample("b", "1", 0, 1, 70), 5, now)
            .snapshot();
    JobState theirs = elsewhere.jobs().get("b");
    assertNotNull(theirs);

    // When
    Verdict other = fold(new JobSummarized(theirs, T0, new SampleOffset(null, 0)));
    Verdict echo = fold(new JobSummarized(ours, T0, new SampleOffset(null, 0)));

    // Then
    assertEquals(Verdict.APPLIED, other);
    assertEquals(Verdict.DUPLICATE, echo);
    assertEquals(T0, job("b").asOf());
    assertSame(ours.placements().getFirst(), job("a").placements().getFirst());
  }

  private Verdict fold(JobEvent event) {
    SingleEvent step = SingleEvent.fold(ledger, event, 3, now);
    ledger = step.snapshot();
    return step.verdict();
  }

  private void sweepAfter(Duration time) {
    now = now.plus(time);
    ledger = SingleEvent.expired(ledger, now);
  }

  private JobState job(String name) {
    JobState state = ledger.jobs().get(name);
    assertNotNull(state);
    return state;
  }

  private static MemorySampled sample(
      String job, @Nullable String run, int rank, long second, long reserved) {
    return new MemorySampled(
        MemorySample.builder(job, "g" + rank, T0.plusSeconds(second))
            .run(run)
            .rank(rank)
            .host("h")
            .pid(4711L)
            .source(SampleSource.FRAMEWORK)
            .reserved(new MemorySize(reserved))
            .build());
  }

  private static MemorySampled agent(String job, long second, long pid) {
    return new MemorySampled(
        MemorySample.builder(job, "g0", T0.plusSeconds(second))
            .host("h")
            .pid(pid)
            .source(SampleSource.NVML)
            .processUsed(new MemorySize(777))
            .build());
  }

  private static MemorySampled ended(String job, int rank, long second, RunOutcome outcome) {
    return new MemorySampled(
        MemorySample.builder(job, "g" + rank, T0.plusSeconds(second))
            .run("1")
            .rank(rank)
            .source(SampleSource.FRAMEWORK)
            .phase(JobPhase.ENDED)
            .outcome(outcome)
            .reserved(new MemorySize(1))
            .build());
  }

  private static ConfigRegistered config(String job, String run, String content, long second) {
    return SnapshotBuilder.undescribed(job, run, content, T0.plusSeconds(second));
  }

  private static DeviceSampled device(String gpu, long second) {
    return new DeviceSampled(
        new DeviceSample(
            gpu,
            "h",
            T0.plusSeconds(second),
            new MemorySize(10_000),
            new MemorySize(2000),
            null,
            null,
            null,
            null,
            null,
            null,
            List.of()));
  }
}
