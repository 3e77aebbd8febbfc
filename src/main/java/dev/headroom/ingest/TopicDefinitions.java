package dev.headroom.ingest;

import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;

/// The topics as the monitor creates them. Topics that exist are left as they are.
final class TopicDefinitions {

  /// The largest message, and room for its key, its headers and the batch around it.
  private static final String MAX_MESSAGE_BYTES = Integer.toString(8 * 1024 * 1024 + 128 * 1024);

  private static final String SEGMENT = millis(Duration.ofMinutes(10));
  private static final String MAX_COMPACTION_LAG = millis(Duration.ofHours(1));

  private static final String MONTH = millis(Duration.ofDays(30));
  private static final String YEAR = millis(Duration.ofDays(365));

  private TopicDefinitions() {}

  static List<NewTopic> of(IngestSettings settings) {
    Optional<Short> replicas = settings.replicationFactor();
    Optional<Integer> others = Optional.of(settings.otherPartitions());
    return List.of(
        new NewTopic(Topics.LAYER_CONFIGS, others, replicas)
            .configs(
                Map.of(
                    "cleanup.policy",
                    "compact,delete",
                    "retention.ms",
                    MONTH,
                    "max.message.bytes",
                    MAX_MESSAGE_BYTES)),
        new NewTopic(Topics.MEMORY_SAMPLES, Optional.of(settings.samplePartitions()), replicas)
            .configs(
                Map.of(
                    "cleanup.policy",
                    "delete",
                    "retention.ms",
                    millis(settings.sampleRetention()))),
        new NewTopic(Topics.DEVICE_SAMPLES, others, replicas)
            .configs(
                Map.of(
                    "cleanup.policy", "compact",
                    "segment.ms", SEGMENT,
                    "max.compaction.lag.ms", MAX_COMPACTION_LAG)),
        // Jobs that go on are written again and again. What a settled run taught is kept for a
        // year.
        new NewTopic(Topics.JOB_SUMMARIES, others, replicas)
            .configs(
                Map.of(
                    "cleanup.policy", "compact,delete",
                    "retention.ms", YEAR,
                    "segment.ms", SEGMENT,
                    "max.compaction.lag.ms", MAX_COMPACTION_LAG,
                    "max.message.bytes", MAX_MESSAGE_BYTES)),
        new NewTopic(Topics.DEAD_LETTERS, others, replicas)
            .configs(
                Map.of(
                    "cleanup.policy", "delete",
                    "retention.ms", millis(Duration.ofDays(7)),
                    "retention.bytes", Long.toString(1L << 30))));
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
