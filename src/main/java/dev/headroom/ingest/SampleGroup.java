package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.ingest.TopicWatch.Layout;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.Fate;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Pulse;
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

/// Takes in the samples of the partitions that the group gives us, and owns their jobs.
///
/// A partition that is given to us waits until the summaries are read up to what its last owner
/// wrote; then its jobs are ours, and samples that those summaries contain are passed over. What is
/// folded is committed together with the summaries, see [Checkpoint]: so a crash costs nothing but
/// reading some samples once more. All of it happens on one thread, so that nothing is under way
/// when a partition goes.
final class SampleGroup implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SampleGroup.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration BRIEFLY = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final String TROUBLE = "samples";
  private static final String NOT_JOINED = "the group was not joined yet";

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final TopicWatch watch;
  private final BooleanSupplier mayBegin;
  private final Follower summaries;
  private final Marks marks;
  private final Intake intake;
  private final Checkpoint checkpoint;
  private final DeadLetters deadLetters;
  private final LedgerKeeper keeper;
  private final Pulse pulse;
  private final InstantSource clock;
  private final long checkpointNanos;
  private final Sweep sweep;
  private final Thread thread = new Thread(this::run, "headroom-samples");
  private volatile boolean closing;
  private boolean joined;

  /// Partitions that are given to us but not ours yet, and what has to be read first.
  private final Map<TopicPartition, Map<Integer, Long>> arriving = new HashMap<>();

  /// The first sample of each job that is not in what was restored of it, by partition; only as
  /// long as there are samples before it.
  private final Map<Integer, Map<String, Long>> restored = new HashMap<>();

  /// The partitions that are ours, and the first sample of each that is not folded.
  private final Map<TopicPartition, Long> taken = new HashMap<>();

  /// @param mayBegin whether all is read that has to be known before samples
  SampleGroup(
      Supplier<Consumer<byte[], byte[]>> consumers,
      TopicWatch watch,
      BooleanSupplier mayBegin,
      Follower summaries,
      Marks marks,
      Intake intake,
      Checkpoint checkpoint,
      DeadLetters deadLetters,
      LedgerKeeper keeper,
      Pulse pulse,
      InstantSource clock,
      Duration checkpointEvery) {
    this.consumers = consumers;
    this.watch = watch;
    this.mayBegin = mayBegin;
    this.summaries = summaries;
    this.marks = marks;
    this.intake = intake;
    this.checkpoint = checkpoint;
    this.deadLetters = deadLetters;
    this.keeper = keeper;
    this.pulse = pulse;
    this.clock = clock;
    this.checkpointNanos = checkpointEvery.toNanos();
    this.sweep = new Sweep(keeper, marks, checkpoint, clock, System::nanoTime);
  }

  void start() {
    pulse.troubled(TROUBLE, NOT_JOINED);
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
        take(consumer);
      } catch (RuntimeException e) {
        LOG.warnf(e, "taking samples begins anew");
        pulse.troubled(TROUBLE, "samples cannot be read: " + e.getMessage());
        lose(List.copyOf(taken.keySet()));
        arriving.clear();
        joined = false;
      }
    }
  }

  private void take(Consumer<byte[], byte[]> consumer) {
    long due = System.nanoTime() + checkpointNanos;
    Optional<Uuid> begun = topic();
    while (!closing) {
      Optional<Uuid> seen = topic();
      if (begun.isPresent() && seen.isPresent() && !seen.equals(begun)) {
        LOG.warnf("%s is another one than before: beginning anew", Topics.MEMORY_SAMPLES);
        handAllAnew(consumer);
        return;
      }
      begun = begun.or(() -> seen);
      ConsumerRecords<byte[], byte[]> records = consumer.poll(arriving.isEmpty() ? POLL : BRIEFLY);
      take(records);
      settle(consumer);
      report(consumer);
      sweep.maybe();
      if (System.nanoTime() - due >= 0) {
        boolean isWritten = write(consumer);
        due = System.nanoTime() + (isWritten ? checkpointNanos : AGAIN.toNanos());
      }
    }
  }

  private Optional<Uuid> topic() {
    return watch.layout(Topics.MEMORY_SAMPLES).map(Layout::id);
  }

  /// Folds what came at once, of all partitions, into one snapshot.
  private void take(ConsumerRecords<byte[], byte[]> records) {
    var fresh = new ArrayList<ConsumerRecord<byte[], byte[]>>(records.count());
    var next = new HashMap<TopicPartition, Long>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> all = records.records(partition);
      fresh.addAll(fresh(partition, all));
      next.put(partition, all.getLast().offset() + 1);
    }
    intake.take(fresh);
    taken.putAll(next);
  }

  /// The records without those that are in what was restored of their jobs.
  private List<ConsumerRecord<byte[], byte[]>> fresh(
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
  private void settle(Consumer<byte[], byte[]> consumer) {
    for (TopicPartition partition : List.copyOf(arriving.keySet())) {
      try {
        Map<Integer, Long> goal = arriving.getOrDefault(partition, Map.of());
        if (goal.isEmpty()) {
          // Known only when its last owner's checkpoint is through, and then the summaries are too.
          consumer.position(partition, POLL);
          goal = watch.ends(Topics.JOB_SUMMARIES);
          arriving.put(partition, goal);
        }
        if (summaries.reached(goal) && mayBegin.getAsBoolean()) {
          own(consumer, partition);
        }
      } catch (org.apache.kafka.common.errors.TimeoutException _) {
        return;
      } catch (KafkaException e) {
        pulse.troubled(TROUBLE, String.valueOf(e.getMessage()));
        return;
      }
    }
    if (!joined) {
      pulse.troubled(TROUBLE, NOT_JOINED);
    } else if (arriving.isEmpty()) {
      pulse.fine(TROUBLE);
    } else {
      pulse.troubled(
          TROUBLE, "jobs of %d partitions are being restored".formatted(arriving.size()));
    }
  }

  private void own(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    long position = consumer.position(partition, POLL);
    long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, position);
    int number = partition.partition();
    long jobs =
        keeper.change(
            snapshot -> {
              Map<String, Long> known = marks.of(number, end);
              long all = known.size();
              known.values().removeIf(first -> first <= position);
              if (!known.isEmpty()) {
                restored.put(number, known);
              }
              return new LedgerKeeper.Change<>(
                  Ledger.taken(snapshot, number, clock.instant()), all);
            });
    pulse.met(Topics.MEMORY_SAMPLES, Fate.RESTORED, jobs);
    arriving.remove(partition);
    taken.put(partition, position);
    consumer.resume(List.of(partition));
    LOG.infof("took over %s at %d with %d jobs", partition, position, jobs);
  }

  private void report(Consumer<byte[], byte[]> consumer) {
    for (TopicPartition partition : taken.keySet()) {
      consumer
          .currentLag(partition)
          .ifPresent(lag -> pulse.lags(partition.topic(), partition.partition(), lag));
    }
  }

  private boolean write(Consumer<byte[], byte[]> consumer) {
    try {
      if (!deadLetters.settle(PATIENCE)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
    taken.forEach((partition, next) -> positions.put(partition, new OffsetAndMetadata(next)));
    return checkpoint.write(keeper.snapshot(), positions, consumer.groupMetadata());
  }

  /// The topic was deleted and made anew. What we know of our jobs holds, and stands for none of
  /// its samples; where we stood in the old one means nothing.
  private void handAllAnew(Consumer<byte[], byte[]> consumer) {
    checkpoint.anew();
    checkpoint.write(keeper.snapshot(), Map.of(), consumer.groupMetadata());
    arriving.clear();
    hand(List.copyOf(taken.keySet()));
    joined = false;
  }

  private void hand(Collection<TopicPartition> partitions) {
    drop(partitions, (snapshot, number) -> Ledger.handed(snapshot, number, clock.instant()));
  }

  /// What we know of their jobs may have been overtaken: it goes, and is read again.
  private void lose(Collection<TopicPartition> partitions) {
    drop(partitions, (snapshot, number) -> Ledger.lost(snapshot, number, clock.instant()));
    summaries.rewind();
  }

  private interface Departure {
    Snapshot after(Snapshot snapshot, int partition);
  }

  private void drop(Collection<TopicPartition> partitions, Departure departure) {
    var numbers = new HashSet<Integer>();
    partitions.forEach(partition -> numbers.add(partition.partition()));
    keeper.change(
        snapshot -> {
          checkpoint.left(snapshot, numbers);
          Snapshot left = snapshot;
          for (int number : numbers) {
            left = departure.after(left, number);
          }
          return new LedgerKeeper.Change<>(left, numbers.size());
        });
    partitions.forEach(taken::remove);
    numbers.forEach(restored::remove);
    watchTaken();
  }

  private void watchTaken() {
    pulse.watches(
        Topics.MEMORY_SAMPLES, taken.keySet().stream().map(TopicPartition::partition).toList());
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
      partitions.forEach(partition -> arriving.put(partition, Map.of()));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(arriving::remove);
      var leaving = new HashSet<>(partitions);
      leaving.retainAll(taken.keySet());
      if (leaving.isEmpty()) {
        return;
      }
      if (write(consumer)) {
        hand(leaving);
      } else {
        lose(leaving);
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      joined = false;
      partitions.forEach(arriving::remove);
      var lost = new HashSet<>(partitions);
      lost.retainAll(taken.keySet());
      if (!lost.isEmpty()) {
        LOG.warnf("the group took %d partitions from us", lost.size());
        lose(lost);
      }
    }
  }
}
