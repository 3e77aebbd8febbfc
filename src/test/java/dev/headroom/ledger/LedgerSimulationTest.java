package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.event.ConfigRefused;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.ConfigRemoved;
import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobForgotten;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import java.time.Duration;
import java.time.Instant;
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

  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");
  private static final List<SampleSource> SOURCES = List.of(SampleSource.values());
  private static final int EVENTS = 4000;
  private static final int PARTITIONS = 4;
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

  private record TimedEvent(JobEvent event, int partition, Instant now) {}

  static List<Long> seeds() {
    String given = System.getProperty("headroom.seed");
    return given == null ? List.of(1L, 2L, System.nanoTime()) : List.of(Long.parseLong(given));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyEventIsCountedOnceAndEveryBoundHolds(long seed) {
    // Given
    System.out.println("seed " + seed + " (-Dheadroom.seed=" + seed + ")");
    Snapshot snapshot = owner();
    var met = new EnumMap<Verdict, Long>(Verdict.class);
    long received = 0;

    for (TimedEvent arrival : arrivals(seed)) {
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
  @MethodSource("seeds")
  void theSameLogMakesTheSameLedgerInBatchesOfAnySize(long seed) {
    // Given
    System.out.println("seed " + seed + " (-Dheadroom.seed=" + seed + ")");
    List<TimedEvent> log = atOnce(arrivals(seed));
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
  @MethodSource("seeds")
  void theOrderBetweenJobsDoesNotMatter(long seed) {
    // Given
    System.out.println("seed " + seed + " (-Dheadroom.seed=" + seed + ")");
    List<TimedEvent> log =
        atOnce(arrivals(seed)).stream().filter(arrival -> !job(arrival.event()).isEmpty()).toList();
    var byJob = new TreeMap<String, List<TimedEvent>>();
    for (TimedEvent arrival : log) {
      byJob.computeIfAbsent(job(arrival.event()), _ -> new ArrayList<>()).add(arrival);
    }
    List<TimedEvent> regrouped = byJob.values().stream().flatMap(List::stream).toList();

    // Then
    assertThat(states(fold(regrouped, 100, LedgerLimits.DEFAULT)))
        .isEqualTo(states(fold(log, 100, LedgerLimits.DEFAULT)));
  }

  /// What a job's tally says is what its samples were told, whatever run they are of.
  @ParameterizedTest
  @MethodSource("seeds")
  void everySampleOfAListedJobIsInItsTallyOnce(long seed) {
    // Given
    System.out.println("seed " + seed + " (-Dheadroom.seed=" + seed + ")");
    Snapshot snapshot = owner(LedgerLimits.DEFAULT);
    var tallies = new TreeMap<String, VerdictCounts>();

    for (TimedEvent arrival : arrivals(seed)) {
      // When
      String job = job(arrival.event());
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

  /// Two replicas of a group that gives each partition to one of them at a time, with the last
  /// owner's word: together they are one that has everything.
  @ParameterizedTest
  @MethodSource("seeds")
  void noTwoReplicasOwnAJobInAQuietGroupAndNothingIsLostOnTheWay(long seed) {
    // Given
    System.out.println("seed " + seed + " (-Dheadroom.seed=" + seed + ")");
    var random = new Random(seed);
    Snapshot alone = owner(LedgerLimits.DEFAULT);
    Snapshot[] replicas = {owner(LedgerLimits.DEFAULT), Snapshot.empty(LedgerLimits.DEFAULT)};
    int[] owner = new int[PARTITIONS];

    for (TimedEvent arrival : arrivals(seed)) {
      if (!(arrival.event() instanceof MemorySampled)) {
        continue;
      }
      // When
      int of = owner[arrival.partition()];
      alone = next(alone, arrival);
      replicas[of] = next(replicas[of], arrival);
      replicas[1 - of] = SingleEvent.expired(replicas[1 - of], arrival.now());
      if (random.nextInt(50) == 0) {
        int moved = random.nextInt(PARTITIONS);
        move(replicas, owner[moved], moved, arrival.now(), random.nextBoolean());
        owner[moved] = 1 - owner[moved];
      }

      // Then
      List<String> first = owned(replicas[0]);
      first.retainAll(owned(replicas[1]));
      assertThat(first).isEmpty();
    }
    Map<String, String> together = ownedStates(replicas[0]);
    together.putAll(ownedStates(replicas[1]));
    assertThat(together).isEqualTo(ownedStates(alone));
  }

  private static Snapshot next(Snapshot snapshot, TimedEvent arrival) {
    Snapshot after =
        SingleEvent.fold(snapshot, arrival.event(), arrival.partition(), arrival.now()).snapshot();
    return SingleEvent.expired(after, arrival.now());
  }

  private static void move(
      Snapshot[] replicas, int from, int partition, Instant now, boolean inOrder) {
    var words = new ArrayList<JobSummarized>();
    replicas[from]
        .jobs()
        .forEach(
            job -> {
              if (job.partition() == partition) {
                words.add(new JobSummarized(job, now, new SampleOffset(null, 0)));
              }
            });
    Arrival departure =
        inOrder ? new Arrival.PartitionRevoked(partition) : new Arrival.PartitionLost(partition);
    replicas[from] = SingleEvent.fold(replicas[from], departure, now).snapshot();
    int to = 1 - from;
    for (JobSummarized word : words) {
      replicas[to] = SingleEvent.fold(replicas[to], word, partition, now).snapshot();
    }
    replicas[to] = SingleEvent.assigned(replicas[to], partition, now);
  }

  private static Map<String, String> ownedStates(Snapshot snapshot) {
    Map<String, String> states = states(snapshot);
    List<String> owned = owned(snapshot);
    states.keySet().removeIf(name -> !owned.contains(name.substring("job ".length())));
    return states;
  }

  /// The job that an event is of; empty for those of GPUs.
  private static String job(JobEvent event) {
    return switch (event) {
      case MemorySampled(MemorySample sample) -> sample.job();
      case ConfigRegistered registered -> registered.registration().config().job();
      case ConfigRefused refused -> refused.job();
      case ConfigRemoved removed -> removed.job();
      case JobSummarized summarized -> summarized.state().job();
      case JobForgotten forgotten -> forgotten.job();
      case DeviceSampled _, DeviceRemoved _ -> "";
    };
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

  private static List<String> owned(Snapshot snapshot) {
    var jobs = new ArrayList<String>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (snapshot.owns(job)) {
                jobs.add(job.job());
              }
            });
    return jobs;
  }

  private static Snapshot owner() {
    return owner(LIMITS);
  }

  private static Snapshot owner(LedgerLimits limits) {
    Snapshot snapshot = Snapshot.empty(limits);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      snapshot = SingleEvent.assigned(snapshot, partition, T0);
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

  /// The log as if it were read in one go, as after an outage: the clock stands.
  private static List<TimedEvent> atOnce(List<TimedEvent> log) {
    Instant now = log.getLast().now();
    return log.stream()
        .map(arrival -> new TimedEvent(arrival.event(), arrival.partition(), now))
        .toList();
  }

  /// What a ledger says, job by job and GPU by GPU.
  private static Map<String, String> states(Snapshot snapshot) {
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

  private static List<TimedEvent> arrivals(long seed) {
    var random = new Random(seed);
    var arrivals = new ArrayList<TimedEvent>();
    Instant now = T0;
    for (int i = 0; i < EVENTS; i++) {
      now = now.plusMillis(random.nextInt(400));
      int number = random.nextInt(20);
      String job = "job-" + number;
      JobEvent event =
          switch (random.nextInt(20)) {
            case 0 -> config(job, "" + random.nextInt(3), now);
            case 1 -> new ConfigRemoved(job);
            case 2, 3 -> new DeviceSampled(device("GPU-" + random.nextInt(12), now, random));
            case 4 -> new DeviceRemoved("GPU-" + random.nextInt(12));
            case 5 -> new ConfigRefused(job, "refused " + i);
            default -> new MemorySampled(sample(job, now, random));
          };
      int partition =
          switch (event) {
            case DeviceSampled(DeviceSample sample) ->
                Math.floorMod(sample.gpu().hashCode(), PARTITIONS);
            case DeviceRemoved removed -> Math.floorMod(removed.gpu().hashCode(), PARTITIONS);
            case MemorySampled _, ConfigRegistered _, ConfigRefused _, ConfigRemoved _ ->
                number % PARTITIONS;
            case JobSummarized _, JobForgotten _ -> number % PARTITIONS;
          };
      arrivals.add(new TimedEvent(event, partition, now));
      if (random.nextInt(20) == 0) {
        arrivals.add(new TimedEvent(event, partition, now));
      }
    }
    return arrivals;
  }

  private static MemorySample sample(String job, Instant now, Random random) {
    long off = random.nextInt(30) == 0 ? 120_000 : -random.nextInt(3) * 500L;
    var sample =
        MemorySample.builder(job, "GPU-" + random.nextInt(12), now.plusMillis(off))
            .rank(random.nextInt(5))
            .source(SOURCES.get(random.nextInt(SOURCES.size())))
            .run(random.nextInt(3) == 0 ? "" + random.nextInt(3) : null)
            .processUsed(new MemorySize(random.nextInt(1_000_000)))
            .reserved(new MemorySize(random.nextInt(1_000_000)));
    if (random.nextInt(100) == 0) {
      sample.phase(JobPhase.ENDED).outcome(RunOutcome.COMPLETED);
    }
    return sample.build();
  }

  private static ConfigRegistered config(String job, String run, Instant now) {
    var config =
        new LayerConfig(
            job,
            run,
            "m",
            Framework.UNKNOWN,
            TrainingSetup.of(1, Optimizer.SGD),
            new Undescribed("a simulation"));
    return new ConfigRegistered(
        new Registration(config, new Unsupported(List.of("a simulation")), job + run, now));
  }

  private static DeviceSample device(String gpu, Instant now, Random random) {
    return new DeviceSample(
        gpu,
        "h",
        now,
        new MemorySize(10_000_000),
        new MemorySize(random.nextInt(10_000_000)),
        0,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }
}
