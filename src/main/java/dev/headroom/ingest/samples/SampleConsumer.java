package dev.headroom.ingest.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.compacted.CompactedTopicReader;
import dev.headroom.ingest.topics.TopicMonitor;
import dev.headroom.ingest.topics.TopicMonitor.TopicLayout;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Outcome;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;

/// Consumes the memory samples of the partitions that the consumer group assigns to this replica,
/// and owns their jobs.
///
/// A partition that is given to us waits until the summaries are read up to what its last owner
/// wrote; then its jobs are ours, and samples that those summaries contain are passed over. What is
/// folded is committed together with the summaries, see [SummaryCheckpoint]: so a crash costs
/// nothing but reading some samples once more. All of it happens on one thread, so that nothing is
/// under way when a partition goes.
public final class SampleConsumer implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SampleConsumer.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration SHORT_POLL = Duration.ofMillis(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final String COMPONENT = "samples";
  private static final String NOT_JOINED = "the group was not joined yet";

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final TopicMonitor topics;
  private final BooleanSupplier isReady;
  private final CompactedTopicReader summaries;
  private final BatchProcessor processor;
  private final SummaryCheckpoint checkpoint;
  private final DeadLetters deadLetters;
  private final LedgerKeeper keeper;
  private final IngestStatus status;
  private final InstantSource clock;
  private final long checkpointNanos;
  private final Expiry expiry;
  private final Thread thread = new Thread(this::run, "headroom-samples");
  private volatile boolean closing;
  private boolean joined;

  /// Partitions that are given to us but not ours yet, and what has to be read first.
  private final Map<TopicPartition, Map<Integer, Long>> assigned = new HashMap<>();

  /// The first sample of each job that is not in what was restored of it, by partition; only as
  /// long as there are samples before it.
  private final Map<Integer, Map<String, Long>> restored = new HashMap<>();

  /// The partitions that are ours, and the first sample of each that is not folded.
  private final Map<TopicPartition, Long> owned = new HashMap<>();

  /// @param isReady whether all is read that has to be known before samples
  public SampleConsumer(
      Supplier<Consumer<byte[], byte[]>> consumers,
      TopicMonitor topics,
      BooleanSupplier isReady,
      CompactedTopicReader summaries,
      BatchProcessor processor,
      SummaryCheckpoint checkpoint,
      DeadLetters deadLetters,
      LedgerKeeper keeper,
      IngestStatus status,
      InstantSource clock,
      Duration checkpointEvery) {
    this.consumers = consumers;
    this.topics = topics;
    this.isReady = isReady;
    this.summaries = summaries;
    this.processor = processor;
    this.checkpoint = checkpoint;
    this.deadLetters = deadLetters;
    this.keeper = keeper;
    this.status = status;
    this.clock = clock;
    this.checkpointNanos = checkpointEvery.toNanos();
    this.expiry = new Expiry(keeper, checkpoint, clock, System::nanoTime);
  }

  public void start() {
    status.recordProblem(COMPONENT, NOT_JOINED);
    thread.setDaemon(true);
    thread.start();
  }

  /// Hands over what is ours, at once.
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(Duration.ofSeconds(15));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    checkpoint.close();
  }

  private void run() {
    while (!closing) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        consumer.subscribe(List.of(Topics.MEMORY_SAMPLES), new Rebalances(consumer));
        consume(consumer);
      } catch (RuntimeException e) {
        LOG.warnf(e, "taking samples begins anew");
        status.recordProblem(COMPONENT, "samples cannot be read: " + e.getMessage());
        lose(List.copyOf(owned.keySet()));
        assigned.clear();
        joined = false;
      }
    }
  }

  private void consume(Consumer<byte[], byte[]> consumer) {
    long due = System.nanoTime() + checkpointNanos;
    Optional<Uuid> begun = topicId();
    while (!closing) {
      Optional<Uuid> seen = topicId();
      if (begun.isPresent() && seen.isPresent() && !seen.equals(begun)) {
        LOG.warnf("%s is another one than before: beginning anew", Topics.MEMORY_SAMPLES);
        revokeAll(consumer);
        return;
      }
      begun = begun.or(() -> seen);
      ConsumerRecords<byte[], byte[]> records =
          consumer.poll(assigned.isEmpty() ? POLL : SHORT_POLL);
      consume(records);
      assignRestored(consumer);
      report(consumer);
      expiry.expireIfDue();
      if (System.nanoTime() - due >= 0) {
        boolean isWritten = checkpoint(consumer);
        due = System.nanoTime() + (isWritten ? checkpointNanos : RETRY.toNanos());
      }
    }
  }

  private Optional<Uuid> topicId() {
    return topics.layout(Topics.MEMORY_SAMPLES).map(TopicLayout::id);
  }

  /// Folds what came at once, of all partitions, into one snapshot.
  private void consume(ConsumerRecords<byte[], byte[]> records) {
    var fresh = new ArrayList<ConsumerRecord<byte[], byte[]>>(records.count());
    var next = new HashMap<TopicPartition, Long>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> all = records.records(partition);
      fresh.addAll(notRestored(partition, all));
      next.put(partition, all.getLast().offset() + 1);
    }
    processor.process(fresh);
    owned.putAll(next);
  }

  /// The records without those that are in what was restored of their jobs.
  private List<ConsumerRecord<byte[], byte[]>> notRestored(
      TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, Long> known = restored.get(partition.partition());
    if (known == null) {
      return records;
    }
    var fresh = new ArrayList<ConsumerRecord<byte[], byte[]>>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Long first = record.key() == null ? null : known.get(new String(record.key(), US_ASCII));
      if (first == null || record.offset() >= first) {
        fresh.add(record);
      }
    }
    long last = records.getLast().offset();
    known.values().removeIf(first -> first <= last + 1);
    if (known.isEmpty()) {
      restored.remove(partition.partition());
    }
    return fresh;
  }

  /// Makes those partitions ours for which everything is read.
  private void assignRestored(Consumer<byte[], byte[]> consumer) {
    for (TopicPartition partition : List.copyOf(assigned.keySet())) {
      try {
        Map<Integer, Long> goal = assigned.getOrDefault(partition, Map.of());
        if (goal.isEmpty()) {
          // Known only when its last owner's checkpoint is through, and then the summaries are too.
          consumer.position(partition, POLL);
          goal = topics.endOffsets(Topics.JOB_SUMMARIES);
          assigned.put(partition, goal);
        }
        if (summaries.reached(goal) && isReady.getAsBoolean()) {
          assign(consumer, partition);
        }
      } catch (org.apache.kafka.common.errors.TimeoutException _) {
        return;
      } catch (KafkaException e) {
        status.recordProblem(COMPONENT, String.valueOf(e.getMessage()));
        return;
      }
    }
    if (!joined) {
      status.recordProblem(COMPONENT, NOT_JOINED);
    } else if (assigned.isEmpty()) {
      status.clearProblem(COMPONENT);
    } else {
      status.recordProblem(
          COMPONENT, "jobs of %d partitions are being restored".formatted(assigned.size()));
    }
  }

  private void assign(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    long position = consumer.position(partition, POLL);
    long end = consumer.endOffsets(List.of(partition), TIMEOUT).getOrDefault(partition, position);
    int number = partition.partition();
    int jobs = assign(number, position, end);
    status.recordOutcome(Topics.MEMORY_SAMPLES, RecordOutcome.RESTORED, jobs);
    assigned.remove(partition);
    owned.put(partition, position);
    consumer.resume(List.of(partition));
    LOG.infof("took over %s at %d with %d jobs", partition, position, jobs);
  }

  /// Makes a partition's jobs live, and returns how many were restored.
  private int assign(int partition, long position, long end) {
    var assigned = new Arrival.PartitionAssigned(partition, position, end);
    return switch (keeper.fold(List.of(assigned), clock.instant()).getFirst()) {
      case Outcome.Assigned(int jobs, Map<String, Long> firstSamples) -> {
        if (!firstSamples.isEmpty()) {
          restored.put(partition, new HashMap<>(firstSamples));
        }
        yield jobs;
      }
      case Outcome.Failed(RuntimeException cause) -> throw cause;
      case Outcome.Judged _, Outcome.Refused _, Outcome.JobEnded _, Outcome.Expired _ -> 0;
    };
  }

  private void report(Consumer<byte[], byte[]> consumer) {
    for (TopicPartition partition : owned.keySet()) {
      consumer
          .currentLag(partition)
          .ifPresent(lag -> status.recordLag(partition.topic(), partition.partition(), lag));
    }
  }

  private boolean checkpoint(Consumer<byte[], byte[]> consumer) {
    try {
      if (!deadLetters.awaitAcknowledgements(TIMEOUT)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
    owned.forEach((partition, next) -> positions.put(partition, new OffsetAndMetadata(next)));
    return checkpoint.write(keeper.snapshot(), positions, consumer.groupMetadata());
  }

  /// The topic was deleted and made anew. What we know of our jobs holds, and stands for none of
  /// its samples; where we stood in the old one means nothing.
  private void revokeAll(Consumer<byte[], byte[]> consumer) {
    checkpoint.reset();
    checkpoint.write(keeper.snapshot(), Map.of(), consumer.groupMetadata());
    assigned.clear();
    revoke(List.copyOf(owned.keySet()));
    joined = false;
  }

  private void revoke(Collection<TopicPartition> partitions) {
    release(partitions, Arrival.PartitionRevoked::new);
  }

  /// What we know of their jobs may have been overtaken: it goes, and is read again.
  private void lose(Collection<TopicPartition> partitions) {
    release(partitions, Arrival.PartitionLost::new);
    summaries.rewind();
  }

  private void release(Collection<TopicPartition> partitions, IntFunction<Arrival> departure) {
    var numbers = new HashSet<Integer>();
    partitions.forEach(partition -> numbers.add(partition.partition()));
    checkpoint.revoked(keeper.snapshot(), numbers);
    keeper
        .fold(numbers.stream().map(departure::apply).toList(), clock.instant())
        .forEach(
            outcome -> {
              if (outcome instanceof Outcome.Failed(RuntimeException cause)) {
                throw cause;
              }
            });
    partitions.forEach(owned::remove);
    numbers.forEach(restored::remove);
    watchOwned();
  }

  private void watchOwned() {
    status.keepLagsOf(
        Topics.MEMORY_SAMPLES, owned.keySet().stream().map(TopicPartition::partition).toList());
  }

  /// What the group gives and takes; called within a poll, on our thread.
  private final class Rebalances implements ConsumerRebalanceListener {

    private final Consumer<byte[], byte[]> consumer;

    Rebalances(Consumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      joined = true;
      consumer.pause(partitions);
      partitions.forEach(partition -> assigned.put(partition, Map.of()));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(assigned::remove);
      var leaving = new HashSet<>(partitions);
      leaving.retainAll(owned.keySet());
      if (leaving.isEmpty()) {
        return;
      }
      if (checkpoint(consumer)) {
        revoke(leaving);
      } else {
        lose(leaving);
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      joined = false;
      partitions.forEach(assigned::remove);
      var lost = new HashSet<>(partitions);
      lost.retainAll(owned.keySet());
      if (!lost.isEmpty()) {
        LOG.warnf("the group took %d partitions from us", lost.size());
        lose(lost);
      }
    }
  }
}
