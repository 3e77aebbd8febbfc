package dev.headroom.ingest.compacted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.status.IngestStatus;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ConsumerPositionsTest {

  private static final TopicPartition FIRST = new TopicPartition("t", 0);
  private static final TopicPartition SECOND = new TopicPartition("t", 1);

  private final IngestStatus status = new IngestStatus();

  /// The second partition's position is not known while its broker is away.
  private static final class HalfAway extends MockConsumer<byte[], byte[]> {

    private boolean isAway;

    private HalfAway() {
      super("earliest");
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
      if (isAway && partition.equals(SECOND)) {
        throw new TimeoutException("away");
      }
      return super.position(partition, timeout);
    }
  }

  @Test
  void everyPartitionIsReadFromItsBeginning() {
    // Given
    HalfAway consumer = consumer();

    // When
    ConsumerPositions.readFromBeginning(consumer, "t", 2);

    // Then
    assertThat(consumer.assignment()).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(ConsumerPositions.of(consumer, status)).isEqualTo(Map.of(0, 3L, 1, 4L));
    assertThat(status.lags())
        .isEqualTo(
            Map.of(
                new IngestStatus.TopicPartition("t", 0), 7L,
                new IngestStatus.TopicPartition("t", 1), 16L));
  }

  @Test
  void whatIsNotKnownIsLeftOut() {
    HalfAway consumer = consumer();
    ConsumerPositions.readFromBeginning(consumer, "t", 2);
    consumer.isAway = true;
    assertThat(ConsumerPositions.of(consumer, status)).isEqualTo(Map.of(0, 3L));
    assertThat(status.lags()).hasSize(1);
  }

  private static HalfAway consumer() {
    var consumer = new HalfAway();
    consumer.updateBeginningOffsets(Map.of(FIRST, 3L, SECOND, 4L));
    consumer.updateEndOffsets(Map.of(FIRST, 10L, SECOND, 20L));
    return consumer;
  }
}
