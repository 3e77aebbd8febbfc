package dev.headroom.simulator;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.simulator.job.BundledLayerConfigs;
import dev.headroom.simulator.job.GoldenRun;
import dev.headroom.simulator.job.HeldMemory;
import dev.headroom.simulator.job.JobScenario;
import dev.headroom.simulator.job.MemoryCurve;
import dev.headroom.simulator.job.SimulatedGpu;
import dev.headroom.simulator.job.SimulatedGpuModel;
import dev.headroom.simulator.job.SimulatedJob;
import dev.headroom.simulator.job.SimulatedRank;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/// A simulated cluster of training jobs. What its jobs report is a pure function of its seed and
/// its age in seconds.
final class SimulatedCluster {

  private static final String DRIVER = "580.95.05";

  /// Jobs begin within so many seconds, so that they do not march in step.
  private static final double STAGGER = 4;

  /// What comes later, hardly anybody sees.
  private static final Duration WATCHED = Duration.ofHours(1);

  private static final int GPUS_OF_A_HOST = 8;

  /// Of each model of GPU, for each time that the whole cast is there.
  private static final int HOSTS = 2;

  private final List<SimulatedJob> jobs;
  private final Map<SimulatedGpu, List<Resident>> gpus;
  private final BundledLayerConfigs configs;

  /// A rank on its GPU.
  private record Resident(SimulatedJob job, SimulatedRank rank) {}

  private SimulatedCluster(List<SimulatedJob> jobs, BundledLayerConfigs configs) {
    this.jobs = jobs;
    this.configs = configs;
    this.gpus = new LinkedHashMap<>();
    for (SimulatedJob job : jobs) {
      for (SimulatedRank rank : job.ranks()) {
        gpus.computeIfAbsent(rank.gpu(), _ -> new ArrayList<>()).add(new Resident(job, rank));
      }
    }
  }

  /// So many jobs: the whole cast, then the whole cast again on other hosts, and so on.
  ///
  /// @param prefix of the names of jobs and hosts
  static SimulatedCluster of(int count, long seed, String prefix) {
    if (count < 1) {
      throw new IllegalArgumentException("jobs < 1: " + count);
    }
    Map<String, GoldenRun> golden = GoldenRun.all();
    var configs = new BundledLayerConfigs(DemoWorkload.ALL);
    var random = new SplittableRandom(seed);
    var jobs = new ArrayList<SimulatedJob>(count);
    var gpus = new LinkedHashMap<String, SimulatedGpu>();
    for (int i = 0; i < count; i++) {
      JobScenario scenario = DemoWorkload.ALL.get(i % DemoWorkload.ALL.size());
      int copy = i / DemoWorkload.ALL.size();
      GoldenRun run = golden.get(scenario.network());
      if (run == null) {
        throw new IllegalStateException("no golden run of " + scenario.network());
      }
      var ranks = new ArrayList<SimulatedRank>();
      double lifetime = Double.POSITIVE_INFINITY;
      for (int rank = 0; rank < configs.ranks(scenario.network()); rank++) {
        SimulatedGpu gpu = gpu(scenario, scenario.slot() + rank, copy, prefix, gpus, random);
        var curve = new MemoryCurve(run, scenario.fault(), gpu.model().rest(random.nextDouble()));
        ranks.add(new SimulatedRank(rank, curve, gpu, 10_000 + 1_000L * i + 100L * rank));
        long capacity = gpu.model().total() - SimulatedGpuModel.DRIVER_RESERVED;
        lifetime = Math.min(lifetime, curve.lifetime(capacity));
      }
      Duration lasts = scenario.lasts();
      jobs.add(
          new SimulatedJob(
              prefix + (copy == 0 ? scenario.name() : scenario.name() + "-" + copy),
              scenario,
              ranks,
              STAGGER * random.nextDouble(),
              lasts == null ? lifetime : lasts.toSeconds(),
              scenario.pause().toSeconds(),
              lasts == null ? RunOutcome.OUT_OF_MEMORY : RunOutcome.COMPLETED));
    }
    return new SimulatedCluster(jobs, configs);
  }

  private static SimulatedGpu gpu(
      JobScenario scenario,
      int slot,
      int copy,
      String prefix,
      Map<String, SimulatedGpu> gpus,
      SplittableRandom random) {
    SimulatedGpuModel model = scenario.gpu();
    int node = HOSTS * copy + slot / GPUS_OF_A_HOST;
    String host = "%s%s-%02d".formatted(prefix, model.host(), node);
    int index = slot % GPUS_OF_A_HOST;
    return gpus.computeIfAbsent(
        host + "/" + index,
        _ ->
            new SimulatedGpu(
                "GPU-" + new UUID(random.nextLong(), random.nextLong()), host, index, model));
  }

  List<SimulatedJob> jobs() {
    return jobs;
  }

  /// The jobs of the cast that are not like many, with what is to be seen of them.
  ///
  /// @param speed times how much faster than the clock the cluster lives
  List<String> highlights(double speed) {
    return jobs.stream()
        .limit(DemoWorkload.ALL.size())
        .filter(job -> !job.scenario().shows().isEmpty())
        .map(job -> "%-22s %s%s".formatted(job.name(), job.scenario().shows(), end(job, speed)))
        .toList();
  }

  private static String end(SimulatedJob job, double speed) {
    Duration first = Duration.ofSeconds((long) ((job.begins() + job.lasts()) / speed));
    if (first.compareTo(WATCHED) > 0) {
      return "";
    }
    Duration again = Duration.ofSeconds((long) ((job.lasts() + job.pause()) / speed));
    return "; ends at %s, then every %s".formatted(minutes(first), minutes(again));
  }

  private static String minutes(Duration time) {
    return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }

  int gpuCount() {
    return gpus.size();
  }

  /// What one part of the jobs says at an age, having last spoken at another.
  ///
  /// @param before less than zero where it has not spoken yet
  /// @param time what clocks show at `now`
  /// @param part of `parts`: the jobs whose number leaves that remainder
  ClusterMessages jobsBetween(double before, double now, Instant time, int part, int parts) {
    var begun = new ArrayList<LayerConfig>();
    var samples = new ArrayList<MemorySample>();
    for (int i = part; i < jobs.size(); i += parts) {
      SimulatedJob job = jobs.get(i);
      int run = job.run(now);
      int earlier = before < 0 ? 0 : job.run(before);
      boolean trained = before >= 0 && job.trains(before);
      if (trained && (run != earlier || !job.trains(now))) {
        for (SimulatedRank rank : job.ranks()) {
          samples.add(
              RankSamples.ended(
                  job, rank, earlier, job.last(rank), job.outcome(), time.minusMillis(1)));
        }
      }
      if (job.trains(now)) {
        if (run != earlier) {
          begun.add(configs.of(job, run));
        }
        for (SimulatedRank rank : job.ranks()) {
          HeldMemory held = job.at(rank, now);
          samples.add(RankSamples.reported(job, rank, run, held, time));
          long used = used(rank.gpu(), now);
          samples.add(RankSamples.seenByAgent(job, rank, run, held, used, time));
        }
      }
    }
    return new ClusterMessages(begun, samples);
  }

  /// The GPUs at an age, as their agents see them.
  List<DeviceSample> gpusAt(double now, Instant time) {
    var samples = new ArrayList<DeviceSample>(gpus.size());
    gpus.forEach(
        (gpu, residents) -> {
          var processes = new ArrayList<GpuProcess>();
          for (Resident it : residents) {
            SimulatedJob job = it.job();
            if (job.trains(now)) {
              var used = new MemorySize(job.at(it.rank(), now).process());
              long pid = it.rank().pid(job.run(now));
              processes.add(new GpuProcess(pid, used, job.name(), it.rank().number()));
            }
          }
          long used = used(gpu, now);
          samples.add(
              new DeviceSample(
                  gpu.uuid(),
                  gpu.host(),
                  time,
                  new MemorySize(gpu.model().total()),
                  new MemorySize(used),
                  gpu.index(),
                  gpu.model().product(),
                  DRIVER,
                  null,
                  new MemorySize(SimulatedGpuModel.DRIVER_RESERVED),
                  new MemorySize(gpu.model().total() - SimulatedGpuModel.DRIVER_RESERVED - used),
                  processes));
        });
    return samples;
  }

  /// The last words of the jobs that train at an age, as if all were called off.
  List<MemorySample> calledOff(double now, Instant time) {
    var samples = new ArrayList<MemorySample>();
    for (SimulatedJob job : jobs) {
      for (SimulatedRank rank : job.trains(now) ? job.ranks() : List.<SimulatedRank>of()) {
        HeldMemory held = job.at(rank, now);
        samples.add(RankSamples.ended(job, rank, job.run(now), held, RunOutcome.COMPLETED, time));
      }
    }
    return samples;
  }

  private long used(SimulatedGpu gpu, double now) {
    long used = 0;
    for (Resident it : gpus.getOrDefault(gpu, List.of())) {
      if (it.job().trains(now)) {
        used += it.job().at(it.rank(), now).process();
      }
    }
    return used;
  }
}
