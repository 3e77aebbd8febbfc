package dev.headroom.ingest.topics;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.status.IngestStatus;
import dev.headroom.status.Irregularity;
import dev.headroom.wire.Topics;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Notices samples on another partition than Kafka's Java client chooses for their job.
///
/// Their job's config and summary are looked for on that other partition, and a second producer's
/// samples may be there as well: then two monitors fold the one job. Of one thread.
public final class PartitionCheck {

  private static final Logger LOG = Logger.getLogger(PartitionCheck.class);

  private final TopicView topics;
  private final IngestStatus status;
  private boolean isSaid;

  public PartitionCheck(TopicView topics, IngestStatus status) {
    this.topics = topics;
    this.status = status;
  }

  /// The partition that a sample is on. Counts it if that is not its job's, and says the first.
  public int partition(ConsumerRecord<byte[], byte[]> record) {
    Optional<TopicView.TopicLayout> samples = topics.layout(Topics.MEMORY_SAMPLES);
    if (record.key() != null && samples.isPresent()) {
      int own = KeyPartitioner.of(record.key(), samples.get().partitions());
      if (own != record.partition()) {
        status.recordIrregular(Irregularity.FOREIGN_PARTITION);
        say(record, own);
      }
    }
    return record.partition();
  }

  private void say(ConsumerRecord<byte[], byte[]> record, int own) {
    if (!isSaid) {
      isSaid = true;
      LOG.warnf(
          "samples of %s are on partition %d, not %d: use the partitioner murmur2_random",
          new String(record.key(), US_ASCII), record.partition(), own);
    }
  }
}
