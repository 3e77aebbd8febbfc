package dev.headroom.ingest.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import dev.headroom.wire.jobsummary.JobSummaryEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes the summaries of owned jobs and commits the samples' offsets in one Kafka transaction. A
/// replica that was fenced cannot commit, so it never overwrites its successor's summaries. Of one
/// thread.
public final class SummaryCheckpoint implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SummaryCheckpoint.class);
  private static final String COMPONENT = "checkpoint";

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final IngestStatus status;
  private @Nullable Producer<byte[], byte[]> producer;

  /// What of a job stands in the summaries. Bounded by the jobs of our own.
  private Map<String, WrittenSummary> written = new HashMap<>();

  private final Map<String, JobState> ended = new HashMap<>();
  private final Set<String> forgotten = new HashSet<>();

  /// Those of our jobs whose summary the topic does not take: they are left out, so that the others
  /// are written. Added to by the producer's thread.
  private final Set<String> tooLarge = ConcurrentHashMap.newKeySet();

  private Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();

  private record WrittenSummary(
      VerdictCounts tally, @Nullable String run, @Nullable String content) {

    static WrittenSummary of(JobState job) {
      return new WrittenSummary(job.tally(), job.run(), job.content());
    }
  }

  public SummaryCheckpoint(Supplier<Producer<byte[], byte[]>> producers, IngestStatus status) {
    this.producers = producers;
    this.status = status;
  }

  /// A job of ours ended and is no longer listed; its last word may not have been written.
  void recordEnded(JobState job) {
    if (!WrittenSummary.of(job).equals(written.get(job.job()))) {
      ended.put(job.job(), job);
    }
    written.remove(job.job());
  }

  /// A job of ours fell silent and is no longer listed, here or anywhere.
  void recordForgotten(String job) {
    tooLarge.remove(job);
    written.remove(job);
    forgotten.add(job);
  }

  /// What was written stands for samples that are no more.
  void reset() {
    written.clear();
    committed.clear();
  }

  /// These partitions are no longer ours, so what was said of them is not ours to remember.
  void revoked(Snapshot snapshot, Set<Integer> partitions) {
    written.keySet().removeIf(job -> isIn(snapshot.jobs().get(job), partitions));
    tooLarge.removeIf(job -> isIn(snapshot.jobs().get(job), partitions));
    ended.values().removeIf(job -> partitions.contains(job.partition()));
    committed.keySet().removeIf(partition -> partitions.contains(partition.partition()));
  }

  private static boolean isIn(@Nullable JobState job, Set<Integer> partitions) {
    return job == null || partitions.contains(job.partition());
  }

  /// Writes every job of ours that changed.
  ///
  /// @param positions the first samples that are not folded
  /// @return whether all of it stands in Kafka now
  public boolean write(
      Snapshot snapshot,
      Map<TopicPartition, OffsetAndMetadata> positions,
      ConsumerGroupMetadata group) {
    List<JobState> changed = changed(snapshot);
    if (changed.isEmpty() && forgotten.isEmpty() && positions.equals(committed)) {
      status.clearProblem(COMPONENT);
      return true;
    }
    try {
      Producer<byte[], byte[]> open = begin();
      for (JobState job : changed) {
        OffsetAndMetadata position =
            positions.get(new TopicPartition(Topics.MEMORY_SAMPLES, job.partition()));
        long offset = position == null ? 0 : position.offset();
        send(open, job.job(), JobSummaryEncoder.encode(job, offset, snapshot.at()));
      }
      for (String job : forgotten) {
        send(open, job, null);
      }
      if (!positions.isEmpty()) {
        open.sendOffsetsToTransaction(positions, group);
      }
      open.commitTransaction();
    } catch (KafkaException e) {
      LOG.warnf("a checkpoint was not written: %s", e.getMessage());
      status.recordProblem(
          COMPONENT, "what is known cannot be written to Kafka: " + e.getMessage());
      abandon(e);
      return false;
    }
    for (JobState job : changed) {
      written.put(job.job(), WrittenSummary.of(job));
    }
    ended.keySet().forEach(written::remove);
    ended.clear();
    forgotten.clear();
    committed = new HashMap<>(positions);
    status.clearProblem(COMPONENT);
    return true;
  }

  private List<JobState> changed(Snapshot snapshot) {
    ended.keySet().removeIf(tooLarge::remove);
    var changed = new ArrayList<>(ended.values());
    snapshot
        .jobs()
        .forEach(
            job -> {
              boolean isOurs =
                  snapshot.owns(job) && job.firstSample() != null && !tooLarge.contains(job.job());
              if (isOurs && !WrittenSummary.of(job).equals(written.get(job.job()))) {
                changed.add(job);
                forgotten.remove(job.job());
                ended.remove(job.job());
              }
            });
    return changed;
  }

  private Producer<byte[], byte[]> begin() {
    Producer<byte[], byte[]> open = producer;
    if (open == null) {
      open = producers.get();
      producer = open;
      open.initTransactions();
    }
    open.beginTransaction();
    return open;
  }

  private void send(Producer<byte[], byte[]> open, String job, byte @Nullable [] value) {
    // What fails is told by the commit.
    var _ =
        open.send(
            new ProducerRecord<>(Topics.JOB_SUMMARIES, job.getBytes(UTF_8), value),
            (_, exception) -> {
              if (exception instanceof RecordTooLargeException) {
                tooLarge.add(job);
                LOG.warnf(
                    "the summary of %s has %d bytes, more than %s takes: after a crash its peaks"
                        + " are lost (raise max.message.bytes)",
                    job, value == null ? 0 : value.length, Topics.JOB_SUMMARIES);
              }
            });
  }

  /// The next checkpoint takes a producer of its own, whose first act is to end what this one left
  /// open.
  private void abandon(KafkaException why) {
    Producer<byte[], byte[]> open = producer;
    producer = null;
    if (open == null) {
      return;
    }
    try {
      if (!(why instanceof ProducerFencedException)) {
        open.abortTransaction();
      }
    } catch (KafkaException | IllegalStateException e) {
      LOG.debugf("nothing to abort: %s", e.getMessage());
    }
    open.close(Duration.ZERO);
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(1));
    }
  }
}
