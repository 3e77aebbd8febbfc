package dev.headroom.ingest.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.ownership.OwnershipEvent.ConsumerFailed;
import dev.headroom.ingest.ownership.OwnershipEvent.SamplesFolded;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/// Consumes the memory samples of the partitions that the consumer group assigns to this replica,
/// on a thread of its own. What is folded is committed together with the summaries, so a crash
/// costs nothing but reading some samples once more.
public final class SampleConsumer implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SampleConsumer.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration SHORT_POLL = Duration.ofMillis(20);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final PartitionOwner owner;
  private final BatchProcessor processor;
  private final Expiry expiry;
  private final IngestStatus status;
  private final Thread thread = new Thread(this::run, "headroom-samples");
  private volatile boolean closing;

  public SampleConsumer(
      Supplier<Consumer<byte[], byte[]>> consumers,
      PartitionOwner owner,
      BatchProcessor processor,
      Expiry expiry,
      IngestStatus status) {
    this.consumers = consumers;
    this.owner = owner;
    this.processor = processor;
    this.expiry = expiry;
    this.status = status;
  }

  public void start() {
    owner.reportProblem();
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
  }

  private void run() {
    while (!closing) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        consume(consumer);
      } catch (RuntimeException e) {
        LOG.warnf(e, "taking samples begins anew");
        status.recordProblem(PartitionOwner.COMPONENT, "samples cannot be read: " + e.getMessage());
        owner.on(new ConsumerFailed());
      }
    }
  }

  /// Until the monitor ends or the group has to be joined anew.
  private void consume(Consumer<byte[], byte[]> consumer) {
    owner.use(consumer);
    consumer.subscribe(List.of(Topics.MEMORY_SAMPLES), new Rebalances(owner));
    while (!closing && owner.look()) {
      fold(consumer.poll(owner.isWaiting() ? SHORT_POLL : POLL));
      reportLags(consumer);
      expiry.expireIfDue();
    }
  }

  /// Folds what came at once, of all partitions, into one snapshot.
  private void fold(ConsumerRecords<byte[], byte[]> records) {
    if (records.isEmpty()) {
      return;
    }
    var fresh = new ArrayList<ConsumerRecord<byte[], byte[]>>(records.count());
    var next = new HashMap<Integer, Long>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> all = records.records(partition);
      fresh.addAll(withoutContained(partition.partition(), all));
      next.put(partition.partition(), all.getLast().offset() + 1);
    }
    processor.process(fresh);
    owner.on(new SamplesFolded(next));
  }

  /// The records without those that are in the summaries that their jobs were restored from.
  private List<ConsumerRecord<byte[], byte[]>> withoutContained(
      int partition, List<ConsumerRecord<byte[], byte[]>> records) {
    if (!(owner.state(partition) instanceof Owned owned) || owned.contained().isEmpty()) {
      return records;
    }
    return records.stream()
        .filter(
            record ->
                record.key() == null
                    || !owned.contains(new String(record.key(), US_ASCII), record.offset()))
        .toList();
  }

  private void reportLags(Consumer<byte[], byte[]> consumer) {
    for (int partition : owner.owned()) {
      consumer
          .currentLag(new TopicPartition(Topics.MEMORY_SAMPLES, partition))
          .ifPresent(lag -> status.recordLag(Topics.MEMORY_SAMPLES, partition, lag));
    }
  }
}
