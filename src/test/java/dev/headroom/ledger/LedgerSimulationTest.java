package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SeededLog.TimedEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.VerdictCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Thousands of events of every kind, drawn by a seed, and what has to hold after each.
class LedgerSimulationTest {

  private static final LedgerLimits LIMITS =
      new LedgerLimits(
          12,
          10,
          100,
          3,
          8,
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          Duration.ofSeconds(30));

  @ParameterizedTest
  @MethodSource("dev.headroom.ledger.SeededLog#seeds")
  void everyEventIsCountedOnceAndEveryBoundHolds(long seed) {
    // Given
    Snapshot snapshot = owner();
    var met = new EnumMap<Verdict, Long>(Verdict.class);
    long received = 0;

    for (TimedEvent arrival : SeededLog.of(seed)) {
      // When
      SingleEvent step =
          SingleEvent.fold(snapshot, arrival.event(), arrival.partition(), arrival.now());
      received++;
      met.merge(step.verdict(), 1L, Long::sum);

      // Then
      Snapshot after = step.snapshot();
      assertThat(met.values().stream().mapToLong(n -> n).sum()).isEqualTo(received);
      assertThat(after.jobs().size()).isLessThanOrEqualTo(LIMITS.jobs());
      assertThat(after.registrations().size()).isLessThanOrEqualTo(LIMITS.registrations());
      assertThat(after.refusedConfigs().size()).isLessThanOrEqualTo(LIMITS.jobs());
      assertThat(after.gpus().size()).isLessThanOrEqualTo(LIMITS.gpus());
      after
          .jobs()
          .forEach(
              job -> assertThat(job.placements().size()).isLessThanOrEqualTo(LIMITS.placements()));
      if (step.verdict() == Verdict.REJECTED) {
        assertThat(states(after)).isEqualTo(states(snapshot));
      }
      snapshot = SingleEvent.expired(after, arrival.now());
    }
    assertThat(met.keySet()).containsExactlyInAnyOrder(Verdict.values());
  }

  @ParameterizedTest
  @MethodSource("dev.headroom.ledger.SeededLog#seeds")
  void theSameLogMakesTheSameLedgerInBatchesOfAnySize(long seed) {
    // Given
    List<TimedEvent> log = SeededLog.atOnce(SeededLog.of(seed));
    var random = new Random(seed);

    // When
    Snapshot singly = fold(log, 1);
    Snapshot again = fold(log, 1);
    Snapshot batched = fold(log, 2 + random.nextInt(500));

    // Then
    assertThat(states(again)).isEqualTo(states(singly));
    assertThat(states(batched)).isEqualTo(states(singly));
    assertThat(batched.refused()).isEqualTo(singly.refused());
    assertThat(batched.conflicts()).isEqualTo(singly.conflicts());
  }

  /// Each job's own order stays; bounds on the number of jobs are out of the way.
  @ParameterizedTest
  @MethodSource("dev.headroom.ledger.SeededLog#seeds")
  void theOrderBetweenJobsDoesNotMatter(long seed) {
    // Given
    List<TimedEvent> log =
        SeededLog.atOnce(SeededLog.of(seed)).stream()
            .filter(arrival -> !SeededLog.job(arrival.event()).isEmpty())
            .toList();
    var byJob = new TreeMap<String, List<TimedEvent>>();
    for (TimedEvent arrival : log) {
      byJob.computeIfAbsent(SeededLog.job(arrival.event()), _ -> new ArrayList<>()).add(arrival);
    }
    List<TimedEvent> regrouped = byJob.values().stream().flatMap(List::stream).toList();

    // Then
    assertThat(states(fold(regrouped, 100, LedgerLimits.DEFAULT)))
        .isEqualTo(states(fold(log, 100, LedgerLimits.DEFAULT)));
  }

  /// What a job's tally says is what its samples were told, whatever run they are of.
  @ParameterizedTest
  @MethodSource("dev.headroom.ledger.SeededLog#seeds")
  void everySampleOfAListedJobIsInItsTallyOnce(long seed) {
    // Given
    Snapshot snapshot = owner(LedgerLimits.DEFAULT);
    var tallies = new TreeMap<String, VerdictCounts>();

    for (TimedEvent arrival : SeededLog.of(seed)) {
      // When
      String job = SeededLog.job(arrival.event());
      boolean wasListed = snapshot.jobs().get(job) != null;
      SingleEvent step =
          SingleEvent.fold(snapshot, arrival.event(), arrival.partition(), arrival.now());
      snapshot = step.snapshot();

      // Then
      JobState state = snapshot.jobs().get(job);
      if (state == null) {
        tallies.remove(job);
      } else {
        boolean counts = arrival.event() instanceof MemorySampled;
        VerdictCounts before =
            wasListed ? tallies.getOrDefault(job, VerdictCounts.NONE) : VerdictCounts.NONE;
        tallies.put(job, counts ? plus(before, step.verdict()) : before);
        assertThat(state.tally()).isEqualTo(tallies.get(job));
      }
    }
    assertThat(tallies).hasSizeGreaterThan(10);
  }

  private static VerdictCounts plus(VerdictCounts tally, Verdict verdict) {
    return switch (verdict) {
      case APPLIED ->
          new VerdictCounts(tally.applied() + 1, tally.duplicate(), tally.late(), tally.skewed());
      case DUPLICATE ->
          new VerdictCounts(tally.applied(), tally.duplicate() + 1, tally.late(), tally.skewed());
      case LATE ->
          new VerdictCounts(tally.applied(), tally.duplicate(), tally.late() + 1, tally.skewed());
      case SKEWED ->
          new VerdictCounts(tally.applied(), tally.duplicate(), tally.late(), tally.skewed() + 1);
      case REJECTED, MALFORMED -> tally;
    };
  }

  private static Snapshot owner() {
    return owner(LIMITS);
  }

  /// A ledger that owns every partition.
  static Snapshot owner(LedgerLimits limits) {
    Snapshot snapshot = Snapshot.empty(limits);
    for (int partition = 0; partition < SeededLog.PARTITIONS; partition++) {
      snapshot = SingleEvent.assigned(snapshot, partition, SeededLog.START);
    }
    return snapshot;
  }

  private static Snapshot fold(List<TimedEvent> log, int size) {
    return fold(log, size, LIMITS);
  }

  private static Snapshot fold(List<TimedEvent> log, int size, LedgerLimits limits) {
    Snapshot snapshot = owner(limits);
    for (int from = 0; from < log.size(); from += size) {
      List<Arrival> batch =
          log.subList(from, Math.min(log.size(), from + size)).stream()
              .<Arrival>map(timed -> new Arrival.Received(timed.event(), timed.partition()))
              .toList();
      snapshot = Ledger.fold(snapshot, batch, log.get(from).now()).snapshot();
    }
    return snapshot;
  }

  /// What a ledger says, job by job and GPU by GPU.
  static Map<String, String> states(Snapshot snapshot) {
    var states = new TreeMap<String, String>();
    snapshot
        .jobs()
        .forEach(
            job ->
                states.put(
                    "job " + job.job(),
                    "%s %s %s %s %s %s"
                        .formatted(
                            job.run(),
                            job.content(),
                            job.placements(),
                            job.peaks(),
                            job.tally(),
                            job.endedAt())));
    snapshot
        .gpus()
        .forEach(gpu -> states.put("gpu " + gpu.sample().gpu(), gpu.sample().toString()));
    return states;
  }
}
