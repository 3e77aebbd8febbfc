package dev.headroom.metrics;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.PiecewiseGzip;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;

/// How long a scrape takes and how large it is, and what a GPU costs in heap. A program, no test:
/// `java -cp target/test-classes:target/classes:… dev.headroom.metrics.ScrapeMeasurement`.
final class ScrapeMeasurement {

  private static final int ROUNDS = 15;

  private ScrapeMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    System.out.printf("%d GPUs: %d B of heap each%n", 100_000, heapPerGpu(100_000));
    measure(10_000, 20_000);
    measure(5200, 9000);
    measure(20_000, 75_000);
  }

  private static void measure(int jobs, int gpus) throws IOException {
    Snapshot snapshot = cluster(jobs, gpus);
    measure(snapshot, jobs, gpus, false);
    measure(snapshot, jobs, gpus, true);
  }

  private static void measure(Snapshot snapshot, int jobs, int gpus, boolean gzip)
      throws IOException {
    long[] nanos = new long[ROUNDS];
    var size = new Sink();
    for (int round = 0; round < ROUNDS; round++) {
      size = new Sink();
      long start = System.nanoTime();
      var build = new MonitorFamilies.Build("0.1.0", "measured");
      var exposition =
          new Exposition(
              snapshot, new IngestStatus(), build, new Exposition.Options(2_000_000, false));
      try (OutputStream out = gzip ? new PiecewiseGzip(size) : size) {
        exposition.write(out, TextFormat.TEXT, 0);
      }
      nanos[round] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%d jobs, %d GPUs: %d series, %s: median %.0f ms, slowest %.0f ms, %.1f MB%n",
        jobs,
        gpus,
        series(snapshot),
        gzip ? "gzip" : "plain",
        nanos[ROUNDS / 2] / 1e6,
        nanos[ROUNDS - 1] / 1e6,
        size.bytes / 1e6);
  }

  private static long series(Snapshot snapshot) {
    long[] all = new long[1];
    snapshot
        .jobs()
        .forEach(
            job ->
                all[0] += MetricFamily.count(JobFamilies.ALL, JobFamilies.Row.of(job, snapshot)));
    all[0] += snapshot.gpus().size() * (long) GpuFamilies.ALL.size();
    return all[0];
  }

  private static Snapshot cluster(int jobs, int gpus) {
    var arrivals = new ArrayList<Arrival>();
    arrivals.add(new Arrival.PartitionAssigned(0));
    for (int gpu = 0; gpu < gpus; gpu++) {
      arrivals.add(new Arrival.Received(SnapshotBuilder.gpu(gpuName(gpu), 1, 3500), 0));
    }
    for (int job = 0; job < jobs; job++) {
      String name = "resnet50-training-%05x".formatted(job);
      arrivals.add(new Arrival.Received(SnapshotBuilder.config(name, "resnet50"), 0));
      for (int rank = 0; rank < 2; rank++) {
        arrivals.add(
            new Arrival.Received(
                new MemorySampled(
                    SnapshotBuilder.sample(name, gpuName((2 * job + rank) % gpus), 2)
                        .rank(rank)
                        .allocated(new MemorySize(2_801_795_072L + job))
                        .reserved(new MemorySize(4_980_736_000L + job))
                        .processUsed(new MemorySize(5_517_606_912L + job))
                        .build()),
                0));
      }
    }
    return Ledger.fold(
            Snapshot.empty(LedgerLimits.DEFAULT), arrivals, SnapshotBuilder.START.plusSeconds(3))
        .snapshot();
  }

  private static long heapPerGpu(int gpus) {
    var decoder = new DeviceSampleDecoder();
    long before = used();
    var arrivals = new ArrayList<Arrival>();
    arrivals.add(new Arrival.PartitionAssigned(0));
    for (int gpu = 0; gpu < gpus; gpu++) {
      byte[] key = gpuName(gpu).getBytes(StandardCharsets.UTF_8);
      byte[] value =
          DeviceSampleEncoder.encode(SnapshotBuilder.gpu(gpuName(gpu), 1, 3500).sample());
      if (decoder.decode(key, value) instanceof Decoded.Event(var event)) {
        arrivals.add(new Arrival.Received(event, 0));
      }
    }
    Snapshot full =
        Ledger.fold(
                Snapshot.empty(LedgerLimits.DEFAULT),
                arrivals,
                SnapshotBuilder.START.plusSeconds(3))
            .snapshot();
    arrivals.clear();
    long after = used();
    if (full.gpus().size() != gpus) {
      throw new IllegalStateException("GPUs are missing: " + full.gpus().size());
    }
    return (after - before) / gpus;
  }

  private static long used() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static String gpuName(int gpu) {
    return "GPU-%08x-1c2d-4e5f-8a9b-0123456789ab".formatted(gpu);
  }

  /// Counts.
  private static final class Sink extends OutputStream {

    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] from, int at, int length) {
      bytes += length;
    }
  }
}
