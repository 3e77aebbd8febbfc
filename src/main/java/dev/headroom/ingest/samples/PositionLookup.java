package dev.headroom.ingest.samples;

import dev.headroom.ingest.ownership.OwnershipEvent.PositionKnown;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Asks the broker where an assigned partition stands. Of one thread.
record PositionLookup(TopicView topics, IngestStatus status) {

  private static final Duration SHORT_WAIT = Duration.ofMillis(200);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /// Where a partition of the samples stands. That is known only once its last owner's checkpoint
  /// is through, and then the summaries are too. An offset that was committed for an old topic
  /// counts as none.
  ///
  /// @param topic the id of the topic as it is now
  /// @return empty where the broker does not say it in time
  Optional<PositionKnown> ask(Consumer<byte[], byte[]> consumer, int partition, String topic) {
    var samples = new TopicPartition(Topics.MEMORY_SAMPLES, partition);
    Set<TopicPartition> asked = Set.of(samples);
    try {
      OffsetAndMetadata committed = consumer.committed(asked, SHORT_WAIT).get(samples);
      if (committed != null && isOfOther(topic, committed)) {
        consumer.seekToBeginning(asked);
      }
      long position = consumer.position(samples, SHORT_WAIT);
      long end = consumer.endOffsets(asked, TIMEOUT).getOrDefault(samples, position);
      return Optional.of(
          new PositionKnown(partition, position, end, topics.endOffsets(Topics.JOB_SUMMARIES)));
    } catch (org.apache.kafka.common.errors.TimeoutException _) {
      return Optional.empty();
    } catch (KafkaException e) {
      status.recordProblem(PartitionOwner.COMPONENT, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /// An older monitor commits no topic's id.
  private static boolean isOfOther(String topic, OffsetAndMetadata committed) {
    return !committed.metadata().isEmpty() && !committed.metadata().equals(topic);
  }
}
