package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.ThreadMXBean;
import dev.headroom.budget.MemorySize;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.MemorySample;
import dev.headroom.ledger.Phase;
import dev.headroom.ledger.Source;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Pulse;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.MemorySampleDecoder;
import dev.headroom.wire.MemorySampleEncoder;
import dev.headroom.wire.Topics;
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
/// as a steady load make them. A program, no test: `java -cp
/// target/test-classes:target/classes:… dev.headroom.ingest.SamplePathBenchmark`.
final class SamplePathBenchmark {

  private static final int JOBS = 10_000;
  private static final int PARTITIONS = 12;
  private static final int ROUNDS = 12;
  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private int second;

  private SamplePathBenchmark() {}

  public static void main(String[] arguments) {
    var benchmark = new SamplePathBenchmark();
    var decoder = new MemorySampleDecoder();
    benchmark.measure(
        "decoding", records -> (int) records.stream().filter(r -> isEvent(decoder, r)).count());
    for (int batch : new int[] {5000, 250}) {
      var keeper = new LedgerKeeper();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        int number = partition;
        keeper.change(s -> new LedgerKeeper.Change<>(Ledger.taken(s, number, START), number));
      }
      Intake intake = benchmark.intake(keeper);
      benchmark.measure(
          "decoding and folding, %d a batch".formatted(batch),
          records -> {
            for (int from = 0; from < records.size(); from += batch) {
              intake.take(records.subList(from, Math.min(records.size(), from + batch)));
            }
            return keeper.snapshot().jobs().size();
          });
    }
  }

  private Intake intake(LedgerKeeper keeper) {
    var decoder = new MemorySampleDecoder();
    var pulse = new Pulse();
    var letters =
        new DeadLetters(
            new MockProducer<>(),
            pulse,
            new Allowance(1, 1, () -> 0),
            new Allowance(1, 1, () -> 0));
    InstantSource clock = () -> START.plusSeconds(second);
    return new Intake(
        Topics.MEMORY_SAMPLES,
        record -> decoder.decode(record.key(), record.value()),
        ConsumerRecord::partition,
        (_, _) -> {},
        keeper,
        pulse,
        letters,
        clock);
  }

  private static boolean isEvent(
      MemorySampleDecoder decoder, ConsumerRecord<byte[], byte[]> record) {
    return decoder.decode(record.key(), record.value()) instanceof Decoded.Event;
  }

  /// The median round of some, each a second of samples of all jobs, partition by partition.
  private void measure(String what, ToIntFunction<List<ConsumerRecord<byte[], byte[]>>> work) {
    var micros = new ArrayList<Double>();
    long bytes = 0;
    int samples = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<ConsumerRecord<byte[], byte[]>> records = second();
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
    List<Double> settled = micros.subList(ROUNDS / 2, ROUNDS).stream().sorted().toList();
    System.out.printf(
        "%-36s %.2f µs a sample (%,.0f a second of CPU), %,d bytes of garbage%n",
        what,
        settled.get(settled.size() / 2),
        1e6 / settled.get(settled.size() / 2),
        bytes / samples);
  }

  private List<ConsumerRecord<byte[], byte[]>> second() {
    second++;
    var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int tenth = 0; tenth < 10; tenth++) {
        for (int job = partition; job < JOBS; job += PARTITIONS) {
          for (int rank = 0; rank < 2; rank++) {
            all.add(
                record(partition, job, rank, START.plusSeconds(second).plusMillis(tenth * 100L)));
          }
        }
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
            .source(Source.NVML)
            .phase(Phase.BACKWARD)
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
