package dev.headroom.ledger;

import dev.headroom.ledger.event.ConfigRefused;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.ConfigRemoved;
import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobForgotten;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a cluster sends, drawn by a seed: thousands of events of every kind, some of them twice.
final class SeededLog {

  static final Instant START = Instant.parse("2026-11-23T21:00:00Z");
  static final int PARTITIONS = 4;
  private static final int EVENTS = 4000;
  private static final List<SampleSource> SOURCES = List.of(SampleSource.values());

  /// An event, the partition that its job or GPU belongs to, and when it came.
  record TimedEvent(JobEvent event, int partition, Instant now) {}

  private SeededLog() {}

  /// Two that stay and a new one, or the one of `-Dheadroom.seed`.
  static List<Long> seeds() {
    String given = System.getProperty("headroom.seed");
    return given == null ? List.of(1L, 2L, System.nanoTime()) : List.of(Long.parseLong(given));
  }

  static List<TimedEvent> of(long seed) {
    System.out.println("seed " + seed + " (-Dheadroom.seed=" + seed + ")");
    var random = new Random(seed);
    var log = new ArrayList<TimedEvent>();
    Instant now = START;
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
      log.add(new TimedEvent(event, partition, now));
      if (random.nextInt(20) == 0) {
        log.add(new TimedEvent(event, partition, now));
      }
    }
    return log;
  }

  /// The log as if it were read in one go, as after an outage: the clock stands.
  static List<TimedEvent> atOnce(List<TimedEvent> log) {
    Instant now = log.getLast().now();
    return log.stream()
        .map(arrival -> new TimedEvent(arrival.event(), arrival.partition(), now))
        .toList();
  }

  /// The job that an event is of; empty for those of GPUs.
  static String job(JobEvent event) {
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
    return SnapshotBuilder.undescribed(job, run, job + run, now);
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
