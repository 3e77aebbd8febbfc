package dev.headroom.ledger.headroom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.Calibrations;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A cluster and the samples that it sends, each subject's in their order.
final class TrueCluster {

  static final Instant NOW = SnapshotBuilder.START.plusSeconds(120);

  /// What every registered job of these tests is predicted to need of a device.
  private static final long PREDICTED = 2800;

  /// What a predicted rank holds in good health is at most this; and what one holds that does not.
  private static final long MOST = 5500;

  private static final long TOO_MUCH = 20_000;

  private static final Expectation EXPECTED = expected();

  final String name;
  private final Random random;
  final List<TrueGpu> gpus = new ArrayList<>();
  private final Map<String, List<JobEvent>> bySubject = new TreeMap<>();
  final List<JobEvent> events = new ArrayList<>();
  private final Set<String> silent = new HashSet<>();
  private final Map<String, Set<TrueGpu>> tooMuch = new TreeMap<>();
  private final Set<String> judged = new HashSet<>();
  private long pid = 100;

  TrueCluster(Random random, String name) {
    this.random = random;
    this.name = name;
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      gpus.add(new TrueGpu("GPU-" + i, random));
    }
    int jobs = random.nextInt(5);
    for (int i = 0; i < jobs; i++) {
      job("job-" + i);
    }
    for (TrueGpu gpu : gpus) {
      if (gpu.nobodys > 0) {
        gpu.list(pid++, gpu.nobodys, null, null);
      }
      send(gpu.name, gpu.sample());
    }
  }

  private static ConfigRegistered predicted(String job) {
    Registration known = SnapshotBuilder.config(job, "m").registration();
    return new ConfigRegistered(known.expecting(known.prediction(), EXPECTED));
  }

  private void job(String job) {
    boolean isPredicted = random.nextInt(3) > 0;
    if (isPredicted) {
      send(job, predicted(job));
    }
    boolean fellSilent = random.nextInt(6) == 0;
    if (fellSilent) {
      silent.add(job);
    }
    boolean isTold = random.nextInt(5) > 0;
    boolean agentKnowsRank = random.nextInt(3) > 0;
    int ranks = 1 + random.nextInt(4);
    var homes = new ArrayList<TrueGpu>();
    for (int rank = 0; rank < ranks; rank++) {
      homes.add(gpus.get(random.nextInt(gpus.size())));
    }
    if (!agentKnowsRank) {
      // Two ranks on one GPU, which NCCL refuses, are told apart by their numbers only.
      homes = new ArrayList<>(new LinkedHashSet<>(homes));
    }
    for (int rank = 0; rank < homes.size(); rank++) {
      rank(job, rank, homes.get(rank), isPredicted, fellSilent ? 1 : 119, isTold, agentKnowsRank);
    }
  }

  /// @param second of its newest sample
  /// @param isTold whether an agent tells what its processes hold
  /// @param agentKnowsRank whether the agent finds the rank in the process's environment
  private void rank(
      String job,
      int rank,
      TrueGpu home,
      boolean isPredicted,
      int second,
      boolean isTold,
      boolean agentKnowsRank) {
    if (second > 100 && random.nextInt(5) == 0) {
      // It was elsewhere, or here in another process, and never said that it ended.
      TrueGpu before = gpus.get(random.nextInt(gpus.size()));
      agent(
          job,
          agentKnowsRank ? rank : null,
          before,
          "node-old",
          pid++,
          2,
          1 + random.nextInt(5000));
    }
    boolean isExcessive = isPredicted && second > 100 && random.nextInt(40) == 0;
    boolean hasEnded = isTold && second > 100 && rank > 0 && random.nextInt(6) == 0;
    long most = isExcessive ? TOO_MUCH : 1L + random.nextInt(5000);
    long now = isExcessive || random.nextBoolean() ? most : 1 + random.nextLong(most);
    long process = pid++;
    boolean isContainer = random.nextBoolean();
    boolean isReported = !isTold || random.nextBoolean();
    if (isTold) {
      // Without a reporter, nobody knows the rank that the agent does not.
      @Nullable Integer seen = agentKnowsRank ? rank : null;
      agent(job, seen, home, "node", process, second - 1, most);
      agent(job, seen, home, "node", process, second, now);
      if (hasEnded) {
        end(job, seen, home, "node", process, second);
      } else {
        for (TrueGpu other : gpus) {
          if (other != home && random.nextInt(3) == 0) {
            agent(job, seen, other, "node", process, second, 0);
            other.list(process, 0L, job, seen);
          }
        }
      }
    }
    if (isReported && !hasEnded) {
      String host = isContainer && isTold ? "pod-" + job + rank : "node";
      long own = isContainer && isTold ? 7 : process;
      report(job, rank, home, host, own, second, now - random.nextLong(now));
    }
    if (hasEnded) {
      return;
    }
    if (isExcessive) {
      tooMuch.computeIfAbsent(job, _ -> new HashSet<>()).add(home);
      judged.addAll(isTold && isReported ? Set.of(job) : Set.of());
    }
    home.list(process, isTold ? (Long) now : null, job, agentKnowsRank ? rank : null);
    home.holders++;
    home.held += now;
    long measured = isTold ? most : now;
    home.atPeak += isPredicted ? Math.max(PREDICTED, measured) : measured;
    home.isTold &= isTold;
    if (isTold) {
      workers(job, agentKnowsRank ? rank : null, home, second, now);
    }
  }

  /// Data loaders that inherit the rank, if it has a number; each holds less than the rank's own
  /// process.
  private void workers(String job, @Nullable Integer rank, TrueGpu gpu, int second, long own) {
    int workers = random.nextInt(4);
    for (int i = 0; own > 1 && i < workers; i++) {
      long held = 1 + random.nextLong(own - 1);
      gpu.list(pid, held, job, rank);
      agent(job, rank, gpu, "node", pid++, second, held);
      gpu.held += held;
      gpu.atPeak += held;
    }
  }

  private void agent(
      String job,
      @Nullable Integer rank,
      TrueGpu gpu,
      String host,
      long process,
      int second,
      long held) {
    send(
        "agent " + process + gpu.name,
        new MemorySampled(
            sample(job, rank, gpu, host, process, second)
                .source(SampleSource.NVML)
                .processUsed(new MemorySize(held))
                .build()));
  }

  private void end(
      String job, @Nullable Integer rank, TrueGpu gpu, String host, long process, int second) {
    send(
        "agent " + process + gpu.name,
        new MemorySampled(
            sample(job, rank, gpu, host, process, second + 1)
                .source(SampleSource.NVML)
                .phase(JobPhase.ENDED)
                .processUsed(MemorySize.ZERO)
                .build()));
  }

  private void report(
      String job, int rank, TrueGpu gpu, String host, long process, int second, long reserved) {
    send(
        "reporter " + job + rank,
        new MemorySampled(
            sample(job, rank, gpu, host, process, second)
                .source(SampleSource.FRAMEWORK)
                .step(5L)
                .reserved(new MemorySize(reserved))
                .build()));
  }

  private static MemorySample.Builder sample(
      String job, @Nullable Integer rank, TrueGpu gpu, String host, long process, int second) {
    return MemorySample.builder(job, gpu.name, SnapshotBuilder.START.plusSeconds(second))
        .rank(rank)
        .host(host)
        .pid(process);
  }

  private void send(String subject, JobEvent event) {
    events.add(event);
    bySubject.computeIfAbsent(subject, _ -> new ArrayList<>()).add(event);
  }

  /// What the rules of Prometheus would fire for at this instant, had it been so for long enough:
  /// nothing for what is well, and something for what is not. Alerts of severity `info` call
  /// nobody.
  ///
  /// @return how many jobs and GPUs are not well
  int verifyAlarms(Snapshot snapshot, Map<String, GpuHeadroom> folded) {
    var alarmed = new TreeSet<String>();
    snapshot.jobs().forEach(job -> alarmed.addAll(alarms(job, snapshot)));
    folded.forEach(
        (gpu, it) -> {
          // HeadroomGpuOverCommitted
          if (it.atMost() < 0) {
            alarmed.add(gpu + " over-committed");
          }
        });
    var ill = new TreeSet<String>();
    silent.forEach(job -> ill.add(job + " stale"));
    tooMuch.forEach(
        (job, on) -> {
          // Where a process on its GPU is not told, or its steps are not, nothing is blamed on
          // it.
          boolean isCertain = judged.contains(job) && on.stream().allMatch(gpu -> gpu.isTold);
          if (isCertain || alarmed.contains(job + " drifting")) {
            ill.add(job + " drifting");
          }
        });
    for (TrueGpu gpu : gpus) {
      if (gpu.left() < 0 && (gpu.isTold || alarmed.contains(gpu.name + " over-committed"))) {
        ill.add(gpu.name + " over-committed");
      }
    }
    assertThat(alarmed).as(name).isEqualTo(ill);
    // HeadroomJobIdConflict
    assertThat(snapshot.conflicts()).as(name).isZero();
    return ill.size();
  }

  private static Set<String> alarms(JobState job, Snapshot snapshot) {
    var alarms = new HashSet<String>();
    JobStatus status = snapshot.condition(job).status();
    switch (status) {
      // HeadroomBudgetExceeded, HeadroomReservedExceeded and HeadroomBudgetExceededNoHeadroom
      case DRIFTING, OVER_RESERVED -> alarms.add(job.job() + " drifting");
      case OUT_OF_MEMORY -> alarms.add(job.job() + " out of memory");
      default -> {
        // No alert goes by these states.
      }
    }
    // HeadroomLeakSuspected
    if (job.growth(snapshot.at()).orElse(0) > 16_384) {
      alarms.add(job.job() + " leaks");
    }
    // HeadroomOutOfMemoryImminent and HeadroomTimeToCapacityShort
    if (job.timeToCapacity(snapshot.at(), snapshot.gpus()::get)
        .filter(it -> it.toSeconds() < 1800)
        .isPresent()) {
      alarms.add(job.job() + " is full soon");
    }
    // HeadroomSamplesStale
    Instant last = Objects.requireNonNull(job.lastSample());
    if (job.endedAt() == null && last.plusSeconds(60).isBefore(snapshot.at())) {
      alarms.add(job.job() + " stale");
    }
    return alarms;
  }

  /// Each subject's own order stays.
  List<JobEvent> inAnotherOrder() {
    var queues = new ArrayList<List<JobEvent>>();
    bySubject.values().forEach(queue -> queues.add(new ArrayList<>(queue)));
    var order = new ArrayList<JobEvent>();
    while (!queues.isEmpty()) {
      int next = random.nextInt(queues.size());
      order.add(queues.get(next).removeFirst());
      if (queues.get(next).isEmpty()) {
        queues.remove(next);
      }
    }
    return order;
  }

  Snapshot fold(List<JobEvent> log) {
    List<Arrival> arrivals =
        log.stream().<Arrival>map(event -> new Arrival.Received(event, 0)).toList();
    Ledger.Folded folded = Ledger.fold(Snapshot.empty(LedgerLimits.DEFAULT), arrivals, NOW);
    assertThat(folded.outcomes())
        .as(name)
        .allSatisfy(outcome -> assertThat(outcome.verdict()).hasToString("APPLIED"));
    return folded.snapshot();
  }

  private static Expectation expected() {
    var range =
        new Range(
            new MemorySize(PREDICTED),
            new MemorySize(PREDICTED),
            new MemorySize(MOST),
            new MemorySize(MOST));
    var ranges = new EnumMap<MeasuredSize, Range>(MeasuredSize.class);
    for (MeasuredSize size : MeasuredSize.values()) {
      ranges.put(size, range);
    }
    var kind = new JobKind("", Framework.UNKNOWN, "m");
    Calibration calibration =
        new Calibrations(GpuCatalogueReader.own(), new Predictions()).newest();
    return new Expectation(
        calibration,
        kind,
        new PredictedPeak(new MemorySize(PREDICTED), new MemorySize(PREDICTED), MemorySize.ZERO),
        calibration.knowledge(kind),
        ranges);
  }
}
