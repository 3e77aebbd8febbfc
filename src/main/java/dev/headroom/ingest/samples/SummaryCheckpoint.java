package dev.headroom.ingest.samples;

import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.status.IngestStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Decides which summaries a checkpoint writes, and knows what is written. [SummaryWriter] does the
/// writing while samples go on. Of the samples' thread.
public final class SummaryCheckpoint implements AutoCloseable {

  private static final Duration RETRY = Duration.ofSeconds(2);

  private final SummaryWriter writer;
  private final DeadLetters deadLetters;
  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private long due;
  private @Nullable UnderWay underWay;
  private @Nullable String topic;

  private final WrittenSummaries written = new WrittenSummaries();
  private final Map<String, JobState> ended = new HashMap<>();
  private final Set<String> forgotten = new HashSet<>();
  private Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

  /// @param gone jobs that were ours when it began and no longer are
  private record UnderWay(SummaryBatch batch, Future<Boolean> result, Set<String> gone) {}

  /// @param interval between the end of a checkpoint and the next
  /// @param nanoTime a clock that only goes forward
  public SummaryCheckpoint(
      Supplier<Producer<byte[], byte[]>> producers,
      DeadLetters deadLetters,
      IngestStatus status,
      Duration interval,
      LongSupplier nanoTime) {
    this.writer = new SummaryWriter(producers, status);
    this.deadLetters = deadLetters;
    this.intervalNanos = interval.toNanos();
    this.nanoTime = nanoTime;
    this.due = nanoTime.getAsLong() + intervalNanos;
  }

  /// A job of ours ended and is no longer listed; its last word may not have been written.
  void recordEnded(JobState job) {
    if (!written.contain(job)) {
      ended.put(job.job(), job);
    }
    gone(job.job());
  }

  /// A job of ours fell silent and is no longer listed, here or anywhere.
  void recordForgotten(String job) {
    writer.forget(job);
    forgotten.add(job);
    gone(job);
  }

  private void gone(String job) {
    written.remove(job);
    if (underWay != null) {
      underWay.gone().add(job);
    }
  }

  /// These partitions are no longer ours, so what was said of them is not ours to remember.
  void revoked(Collection<Integer> partitions) {
    written.removeAll(partitions);
    writer.forgetAll(partitions);
    ended.values().removeIf(job -> partitions.contains(job.partition()));
    committed.keySet().removeIf(partition -> partitions.contains(partition.partition()));
    if (underWay != null) {
      for (JobState job : underWay.batch().changed()) {
        if (partitions.contains(job.partition())) {
          underWay.gone().add(job.job());
        }
      }
    }
  }

  /// Whether it is time for the next one.
  boolean isDue() {
    return underWay == null && nanoTime.getAsLong() - due >= 0;
  }

  /// Begins to write every job of ours that changed, as it is in a snapshot.
  ///
  /// @param group this member of the group, at the instant of the snapshot
  public void begin(Snapshot snapshot, WriteCheckpoint checkpoint, ConsumerGroupMetadata group) {
    if (!Objects.equals(topic, checkpoint.topic())) {
      // What was written is said of samples that are no more.
      written.clear();
      committed = new HashMap<>();
      topic = checkpoint.topic();
    }
    List<JobState> changed = changed(snapshot);
    var batch =
        new SummaryBatch(
            changed,
            List.copyOf(ended.values()),
            forgotten,
            snapshot.at(),
            checkpoint,
            group,
            deadLetters.sent());
    boolean isWritten = !batch.hasSummaries() && batch.positions().equals(committed);
    underWay =
        new UnderWay(batch, isWritten ? writer.nothing() : writer.write(batch), new HashSet<>());
  }

  private List<JobState> changed(Snapshot snapshot) {
    ended.keySet().removeIf(writer::forget);
    var changed = new ArrayList<JobState>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              boolean isOurs =
                  snapshot.owns(job) && job.firstSample() != null && !writer.isTooLarge(job);
              if (isOurs && !written.contain(job)) {
                changed.add(job);
                forgotten.remove(job.job());
                ended.remove(job.job());
              }
            });
    return changed;
  }

  /// Whether all of what was begun stands in Kafka; empty while that is not known.
  Optional<Boolean> outcome() {
    return underWay != null && underWay.result().isDone() ? Optional.of(await()) : Optional.empty();
  }

  /// Waits until what was begun has ended.
  ///
  /// @return whether all of it stands in Kafka
  public boolean await() {
    UnderWay awaited = underWay;
    if (awaited == null) {
      return false;
    }
    boolean isWritten;
    try {
      isWritten = awaited.result().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a bug: a checkpoint neither succeeded nor failed", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
    underWay = null;
    due = nanoTime.getAsLong() + (isWritten ? intervalNanos : RETRY.toNanos());
    if (isWritten) {
      remember(awaited);
    }
    return isWritten;
  }

  private void remember(UnderWay ended) {
    for (JobState job : ended.batch().changed()) {
      if (!ended.gone().contains(job.job())) {
        written.put(job);
      }
    }
    ended.batch().ended().forEach(job -> this.ended.remove(job.job(), job));
    forgotten.removeAll(ended.batch().forgotten());
    committed = new HashMap<>(ended.batch().positions());
  }

  @Override
  public void close() {
    writer.close();
  }
}
