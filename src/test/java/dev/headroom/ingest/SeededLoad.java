package dev.headroom.ingest;

import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.Topics;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Samples of some jobs at a steady rate, drawn by a seed: new ones, the same again, older ones,
/// and now and then a new run. Knows what has to become of them.
final class SeededLoad {

  private static final Duration TICK = Duration.ofMillis(20);

  private final BrokerFixture cluster;
  private final Random random;
  private final int perTick;
  private final List<Sent> jobs = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "load");

  /// A job as it has to be counted: one producer's samples stay in order within a partition.
  private static final class Sent {

    final String job;
    Instant time = Instant.now();
    int run = 1;
    long applied;
    long duplicate;
    long late;
    long peak;
    @Nullable MemorySample last;

    Sent(String job) {
      this.job = job;
    }

    MemorySample next(Random random) {
      MemorySample before = last;
      int kind = random.nextInt(200);
      if (before != null && kind < 4) {
        duplicate++;
        return before;
      }
      if (before != null && kind < 8) {
        late++;
        return sample(time.minusMillis(1 + random.nextInt(100)), 1L << 40);
      }
      time = time.plusMillis(1);
      long bytes = random.nextInt(1_000_000_000);
      if (before != null && kind == 8) {
        run++;
        peak = bytes;
      }
      applied++;
      peak = Math.max(peak, bytes);
      last = sample(time, bytes);
      return last;
    }

    private MemorySample sample(Instant at, long bytes) {
      return MemorySample.builder(job, "GPU-" + job, at)
          .run(Integer.toString(run))
          .rank(0)
          .source(SampleSource.FRAMEWORK)
          .reserved(new MemorySize(bytes))
          .build();
    }
  }

  SeededLoad(BrokerFixture cluster, long seed, String prefix, int jobs, int perSecond) {
    this.cluster = cluster;
    this.random = new Random(seed);
    this.perTick = Math.toIntExact(perSecond * TICK.toMillis() / 1000);
    for (int i = 0; i < jobs; i++) {
      this.jobs.add(new Sent("%s-%02d".formatted(prefix, i)));
    }
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!ended.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        for (int i = 0; i < perTick; i++) {
          Sent job = jobs.get(random.nextInt(jobs.size()));
          cluster.send(
              Topics.MEMORY_SAMPLES, job.job, MemorySampleEncoder.encode(job.next(random)));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends it, and waits until the broker has acknowledged everything.
  void end() throws InterruptedException {
    ended.countDown();
    thread.join();
    cluster.flush();
  }

  /// Every job that was sent, as [MonitorProcess#jobs] has to tell of it; only after the end.
  Map<String, String> expected() {
    var expected = new TreeMap<String, String>();
    for (Sent job : jobs) {
      if (job.last != null) {
        expected.put(
            job.job,
            MonitorMain.line(
                job.job,
                Integer.toString(job.run),
                new MemorySize(job.peak),
                new VerdictCounts(job.applied, job.duplicate, job.late, 0)));
      }
    }
    return expected;
  }

  long sent() {
    return jobs.stream().mapToLong(job -> job.applied + job.duplicate + job.late).sum();
  }
}
