package dev.headroom.ingest.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import dev.headroom.wire.jobsummary.JobSummaryEncoder;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes summaries and offsets in one Kafka transaction, on a thread of its own, which alone uses
/// the producer. A replica that was fenced cannot commit, so it never overwrites its successor's
/// summaries.
final class SummaryWriter implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SummaryWriter.class);
  private static final String COMPONENT = "checkpoint";
  private static final Duration LETTERS_TIMEOUT = Duration.ofSeconds(5);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final IngestStatus status;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("headroom-checkpoint").factory());

  /// The partition of each job whose summary the topic does not take. They are left out, so the
  /// others are written. Bounded by the jobs of our own. Added to by the producer's thread.
  private final Map<String, Integer> tooLarge = new ConcurrentHashMap<>();

  private @Nullable Producer<byte[], byte[]> producer;

  SummaryWriter(Supplier<Producer<byte[], byte[]>> producers, IngestStatus status) {
    this.producers = producers;
    this.status = status;
  }

  boolean isTooLarge(JobState job) {
    return tooLarge.containsKey(job.job());
  }

  /// A job is no longer ours to write.
  boolean forget(String job) {
    return tooLarge.remove(job) != null;
  }

  /// The jobs of these partitions are no longer ours to write.
  void forgetAll(Collection<Integer> partitions) {
    tooLarge.values().removeIf(partitions::contains);
  }

  /// Begins to write; the future says whether all of it stands in Kafka.
  Future<Boolean> write(SummaryBatch batch) {
    return thread.submit(() -> isWritten(batch));
  }

  /// There is nothing to write, so all of it stands in Kafka.
  Future<Boolean> nothing() {
    status.clearProblem(COMPONENT);
    return CompletableFuture.completedFuture(true);
  }

  private boolean isWritten(SummaryBatch batch) {
    try {
      if (!batch.letters().await(LETTERS_TIMEOUT)) {
        return false;
      }
      Producer<byte[], byte[]> open = begin();
      for (JobState job : batch.ended()) {
        send(open, batch, job);
      }
      for (JobState job : batch.changed()) {
        send(open, batch, job);
      }
      for (String job : batch.forgotten()) {
        send(open, job, 0, null);
      }
      Map<TopicPartition, OffsetAndMetadata> positions = batch.positions();
      if (!positions.isEmpty()) {
        open.sendOffsetsToTransaction(positions, batch.group());
      }
      open.commitTransaction();
      status.clearProblem(COMPONENT);
      return true;
    } catch (RuntimeException e) {
      LOG.warnf("a checkpoint was not written: %s", e);
      status.recordProblem(
          COMPONENT, "what is known cannot be written to Kafka: " + e.getMessage());
      abandon(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return false;
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

  private void send(Producer<byte[], byte[]> open, SummaryBatch batch, JobState job) {
    var offset =
        new SampleOffset(
            batch.checkpoint().topic(), batch.checkpoint().offset(job.job(), job.partition()));
    send(open, job.job(), job.partition(), JobSummaryEncoder.encode(job, offset, batch.at()));
  }

  private void send(
      Producer<byte[], byte[]> open, String job, int partition, byte @Nullable [] value) {
    // What fails is told by the commit.
    var _ =
        open.send(
            new ProducerRecord<>(Topics.JOB_SUMMARIES, job.getBytes(UTF_8), value),
            (_, exception) -> {
              if (exception instanceof RecordTooLargeException) {
                tooLarge.put(job, partition);
                LOG.warnf(
                    "the summary of %s has %d bytes, more than %s takes: after a crash its peaks"
                        + " are lost (raise max.message.bytes)",
                    job, value == null ? 0 : value.length, Topics.JOB_SUMMARIES);
              }
            });
  }

  /// The next checkpoint takes a producer of its own, whose first act is to end what this one left
  /// open.
  private void abandon(RuntimeException why) {
    Producer<byte[], byte[]> open = producer;
    producer = null;
    if (open == null) {
      return;
    }
    try {
      if (!(why instanceof ProducerFencedException)) {
        open.abortTransaction();
      }
    } catch (RuntimeException e) {
      LOG.debugf("nothing to abort: %s", e.getMessage());
    }
    open.close(Duration.ZERO);
  }

  @Override
  public void close() {
    thread.execute(
        () -> {
          if (producer != null) {
            producer.close(Duration.ofSeconds(1));
          }
        });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
