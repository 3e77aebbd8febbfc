package dev.headroom.ingest.topics;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/// What is known of the topics.
public interface TopicView {

  /// A topic as it stands: another id means that it was deleted and made anew.
  record TopicLayout(Uuid id, int partitions) {}

  /// The topic as it was seen last; empty until then.
  Optional<TopicLayout> layout(String topic);

  /// The end of each partition, with what is not committed yet.
  ///
  /// @throws KafkaException if the broker does not say
  Map<Integer, Long> endOffsets(String topic);
}
