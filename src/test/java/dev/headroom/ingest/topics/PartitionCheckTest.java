package dev.headroom.ingest.topics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.status.IngestStatus;
import dev.headroom.status.Irregularity;
import dev.headroom.wire.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// kafkajs#1154, node-rdkafka#616: clients whose default partitioner is not the Java client's.
class PartitionCheckTest {

  private final Map<String, TopicView.TopicLayout> layouts = new HashMap<>();
  private final IngestStatus status = new IngestStatus();
  private final PartitionCheck check =
      new PartitionCheck(
          new TopicView() {
            @Override
            public Optional<TopicLayout> layout(String topic) {
              return Optional.ofNullable(layouts.get(topic));
            }

            @Override
            public Map<Integer, Long> endOffsets(String topic) {
              return Map.of();
            }
          },
          status);

  @Test
  void samplesOnAnotherPartitionThanTheirJobsAreCounted() {
    // Given
    layouts.put(Topics.MEMORY_SAMPLES, new TopicView.TopicLayout(Uuid.randomUuid(), 12));
    int own = KeyPartitioner.of("job".getBytes(UTF_8), 12);

    // Then: each is of the partition that it is on
    assertThat(check.partition(on(own, "job"))).isEqualTo(own);
    assertThat(foreign()).isZero();
    assertThat(check.partition(on(own + 1, "job"))).isEqualTo(own + 1);
    assertThat(check.partition(on(own + 1, "job"))).isEqualTo(own + 1);
    assertThat(foreign()).isEqualTo(2);
  }

  @Test
  void withoutAKeyOrAKnownTopicNothingIsSaid() {
    assertThat(check.partition(on(3, "job"))).isEqualTo(3);
    layouts.put(Topics.MEMORY_SAMPLES, new TopicView.TopicLayout(Uuid.randomUuid(), 12));
    assertThat(check.partition(on(3, null))).isEqualTo(3);
    assertThat(foreign()).isZero();
  }

  private long foreign() {
    return status.irregular().getOrDefault(Irregularity.FOREIGN_PARTITION, 0L);
  }

  private static ConsumerRecord<byte[], byte[]> on(int partition, @Nullable String key) {
    return new ConsumerRecord<>(
        Topics.MEMORY_SAMPLES, partition, 7, key == null ? null : key.getBytes(UTF_8), new byte[0]);
  }
}
