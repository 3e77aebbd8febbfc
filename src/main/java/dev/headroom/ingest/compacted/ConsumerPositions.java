package dev.headroom.ingest.compacted;

import dev.headroom.status.IngestStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/// What a consumer of a compacted topic is told and asked, on the thread that polls.
final class ConsumerPositions {

  private static final Duration SHORT_WAIT = Duration.ofMillis(200);

  private ConsumerPositions() {}

  static void readFromBeginning(Consumer<byte[], byte[]> consumer, String topic, int partitions) {
    List<TopicPartition> all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /// The next offset of each partition, with the markers of transactions passed. Notes their lags.
  static Map<Integer, Long> of(Consumer<byte[], byte[]> consumer, IngestStatus status) {
    var positions = new HashMap<Integer, Long>();
    for (TopicPartition partition : consumer.assignment()) {
      try {
        positions.put(partition.partition(), consumer.position(partition, SHORT_WAIT));
        consumer
            .currentLag(partition)
            .ifPresent(lag -> status.recordLag(partition.topic(), partition.partition(), lag));
      } catch (TimeoutException _) {
        // Not known while the broker is away; then nothing is reached either.
      }
    }
    return positions;
  }
}
