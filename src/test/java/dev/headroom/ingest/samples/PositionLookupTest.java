package dev.headroom.ingest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.ownership.OwnershipEvent.PositionKnown;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Where a partition stands: at the offset that was committed for this topic, else at its
/// beginning.
class PositionLookupTest {

  private static final TopicPartition SAMPLES = new TopicPartition(Topics.MEMORY_SAMPLES, 0);

  private final IngestStatus status = new IngestStatus();
  private final Summaries topics = new Summaries();
  private final PositionLookup lookup = new PositionLookup(topics, status);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

  private static final class Summaries implements TopicView {

    private boolean isSilent;

    @Override
    public Optional<TopicLayout> layout(String topic) {
      return Optional.empty();
    }

    @Override
    public Map<Integer, Long> endOffsets(String topic) {
      assertThat(topic).isEqualTo(Topics.JOB_SUMMARIES);
      if (isSilent) {
        throw new KafkaException("the broker does not say");
      }
      return Map.of(0, 77L);
    }
  }

  PositionLookupTest() {
    consumer.assign(Set.of(SAMPLES));
    consumer.updateBeginningOffsets(Map.of(SAMPLES, 3L));
    consumer.updateEndOffsets(Map.of(SAMPLES, 20L));
  }

  @Test
  void anOffsetOfThisTopicIsWhereItStands() {
    committed(9, "id");
    assertThat(ask()).contains(new PositionKnown(0, 9, 20, Map.of(0, 77L)));
  }

  @Test
  void anOffsetOfAnOlderMonitorCountsToo() {
    committed(9, "");
    assertThat(ask()).contains(new PositionKnown(0, 9, 20, Map.of(0, 77L)));
  }

  @Test
  void anOffsetOfAnotherTopicCountsAsNone() {
    committed(9, "another");
    assertThat(ask()).contains(new PositionKnown(0, 3, 20, Map.of(0, 77L)));
  }

  @Test
  void withoutAnOffsetItStandsAtItsBeginning() {
    assertThat(ask()).contains(new PositionKnown(0, 3, 20, Map.of(0, 77L)));
  }

  @Test
  void whatTheBrokerDoesNotSayIsAReason() {
    // Given
    committed(9, "id");
    topics.isSilent = true;

    // When, then
    assertThat(ask()).isEmpty();
    assertThat(status.notReadyReason()).contains("the broker does not say");
  }

  private Optional<PositionKnown> ask() {
    return lookup.ask(consumer, 0, "id");
  }

  private void committed(long offset, String topic) {
    consumer.commitSync(Map.of(SAMPLES, new OffsetAndMetadata(offset, topic)));
  }
}
