package dev.headroom.ingest.compacted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Every polled record is counted, and passed on as it is.
class PolledRecordsTest {

  @Test
  void everyPolledRecordIsCounted() {
    // Given
    var counter = new AtomicLong(5);
    var records =
        new ConsumerRecords<>(
            Map.of(
                new TopicPartition("t", 0),
                List.of(
                    new ConsumerRecord<>("t", 0, 7, new byte[0], new byte[0]),
                    new ConsumerRecord<>("t", 0, 9, new byte[0], new byte[0]))),
            Map.of());
    try (var polled = new PolledRecords()) {
      polled.configure(Map.of(PolledRecords.COUNTER, counter));

      // When, then
      assertThat(polled.onConsume(records)).isSameAs(records);
      assertThat(counter).hasValue(7);
    }
  }

  @Test
  void withoutACounterItCannotBeUsed() {
    try (var polled = new PolledRecords()) {
      assertThatThrownBy(() -> polled.configure(Map.of()))
          .hasMessageContaining(PolledRecords.COUNTER);
    }
  }
}
