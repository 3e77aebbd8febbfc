package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.ThreadMXBean;
import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.Learning;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.Topics;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;

/// What a sample costs from its bytes to its place in the snapshot, in CPU time of its thread and
/// in garbage, without Kafka: decoding alone, then the whole intake, with batches as a backlog and
/// as a steady load make them: of one partition, in which a job's samples come again and again, and
/// of all, in which each rank's comes once. A program, no test: `java -cp
/// target/test-classes:target/classes:… dev.headroom.ingest.SamplePathBenchmark`.
final class SamplePathBenchmark {

  private static final int JOBS = 10_000;
  private static final int PARTITIONS = 12;
  private static final int ROUNDS = 24;
  private static final int BATCH = 10_000;
  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private int second;

  private SamplePathBenchmark() {}

  public static void main(String[] arguments) {
    var benchmark = new SamplePathBenchmark();
    var decoder = new MemorySampleDecoder();
    benchmark.measure(
        "decoding",
        false,
        records -> (int) records.stream().filter(r -> isEvent(decoder, r)).count());
    for (boolean isBacklog : new boolean[] {true, false}) {
      var keeper = new LedgerKeeper(LedgerLimits.DEFAULT);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        var _ = keeper.fold(List.of(new Arrival.PartitionAssigned(partition)), START);
      }
      BatchProcessor processor = benchmark.processor(keeper);
      benchmark.measure(
          "decoding and folding, " + (isBacklog ? "backlog" : "steady"),
          isBacklog,
          records -> {
            for (int from = 0; from < records.size(); from += BATCH) {
              processor.process(records.subList(from, Math.min(records.size(), from + BATCH)));
            }
            return keeper.snapshot().jobs().size();
          });
    }
  }

  private BatchProcessor processor(LedgerKeeper keeper) {
    var status = new IngestStatus();
    var letters =
        new DeadLetters(
            (_, _) -> {}, status, new TokenBucket(1, 1, () -> 0), new TokenBucket(1, 1, () -> 0));
    InstantSource clock = () -> START.plusSeconds(second);
    return new BatchProcessor(
        Topics.MEMORY_SAMPLES,
        new MemorySampleDecoder(),
        ConsumerRecord::partition,
        new Learning(
            new Calibrations(GpuCatalogueReader.own(), new Predictions()),
            new MockProducer<>(),
            status,
            _ -> {}),
        keeper,
        status,
        letters,
        clock);
  }

  private static boolean isEvent(
      MemorySampleDecoder decoder, ConsumerRecord<byte[], byte[]> record) {
    return decoder.decode(record.key(), record.value()) instanceof Decoded.Event;
  }

  /// The fastest round of some, each a second of samples of all jobs.
  private void measure(
      String what, boolean isBacklog, ToIntFunction<List<ConsumerRecord<byte[], byte[]>>> work) {
    var micros = new ArrayList<Double>();
    long bytes = 0;
    int samples = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<ConsumerRecord<byte[], byte[]>> records = second(isBacklog);
      samples = records.size();
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long start = THREADS.getCurrentThreadCpuTime();
      int met = work.applyAsInt(records);
      micros.add((THREADS.getCurrentThreadCpuTime() - start) / 1e3 / samples);
      bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
      if (met < JOBS) {
        throw new IllegalStateException("%s met %d".formatted(what, met));
      }
    }
    double fastest = micros.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    System.out.printf(
        "%-36s %.2f µs a sample (%,.0f a second of CPU), %,d bytes of garbage%n",
        what, fastest, 1e6 / fastest, bytes / samples);
  }

  private List<ConsumerRecord<byte[], byte[]>> second(boolean isBacklog) {
    second++;
    var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    for (int i = 0; i < 10 * PARTITIONS; i++) {
      int partition = isBacklog ? i / 10 : i % PARTITIONS;
      Instant time =
          START.plusSeconds(second).plusMillis(100L * (isBacklog ? i % 10 : i / PARTITIONS));
      for (int job = partition; job < JOBS; job += PARTITIONS) {
        all.add(record(partition, job, 0, time));
        all.add(record(partition, job, 1, time));
      }
    }
    return all;
  }

  private ConsumerRecord<byte[], byte[]> record(int partition, int job, int rank, Instant time) {
    int gpu = 2 * job + rank;
    String name = "load-" + job;
    MemorySample sample =
        MemorySample.builder(name, "GPU-%08x-1c2d-4e5f-8a9b-0123456789ab".formatted(gpu), time)
            .rank(rank)
            .host("node-" + gpu / 8)
            .pid(1000L + gpu)
            .source(SampleSource.NVML)
            .phase(JobPhase.BACKWARD)
            .step((long) second)
            .processUsed(new MemorySize(5_000_000_000L + job * 977L + second))
            .deviceUsed(new MemorySize(5_931_794_432L))
            .deviceTotal(new MemorySize(42_949_672_960L))
            .build();
    return new ConsumerRecord<>(
        Topics.MEMORY_SAMPLES,
        partition,
        0,
        name.getBytes(US_ASCII),
        MemorySampleEncoder.encode(sample));
  }
}
