package dev.headroom.ingest.compacted;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A topic is read from its beginning: at the start, on request, and when it was made anew.
class CompactedTopicReaderTest {

  private static final String TOPIC = Topics.DEVICE_SAMPLES;
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private final IngestStatus status = new IngestStatus();
  private final KnownTopics topics = new KnownTopics();
  private volatile MockConsumer<byte[], byte[]> consumer = consumer();
  private final CompactedTopicReader reader =
      new CompactedTopicReader(
          TOPIC, topics, this::fresh, KnownTopics.processor(Topics.DEVICE_SAMPLES, status), status);

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void itIsCaughtUpOnceTheEndThatWasSeenIsReached() {
    // Given
    reader.start();
    assertThat(status.notReadyReason()).contains(TOPIC + " was not read yet");
    assertThat(reader.isCaughtUp()).isFalse();

    // When the topic appears
    create();
    send(0, 1);

    // Then
    until(() -> reader.positions().equals(Map.of(0, 2L)));
    until(() -> status.notReadyReason().orElse("").contains("not read to its end yet"));
    assertThat(reader.isCaughtUp()).isFalse();

    // When
    send(2);

    // Then
    until(reader::isCaughtUp);
    until(() -> status.notReadyReason().isEmpty());
    assertThat(received()).isEqualTo(3);
  }

  @Test
  void whileTheBrokerDoesNotSayTheEndItIsNotCaughtUp() {
    // Given
    topics.end = -1;
    create();
    send(0, 1, 2);

    // When
    reader.start();

    // Then
    until(() -> received() == 3);
    until(() -> status.notReadyReason().orElse("").contains("the broker does not say"));
    assertThat(reader.isCaughtUp()).isFalse();
    topics.end = 3;
    until(reader::isCaughtUp);
  }

  @Test
  void onRequestItIsReadAgain() {
    // Given
    create();
    send(0, 1, 2);
    reader.start();
    until(reader::isCaughtUp);

    // When
    reader.rewind();

    // Then nothing counts as read until it is
    until(() -> consumer.position(PARTITION) == 0);
    send(0, 1, 2);
    until(() -> reader.positions().equals(Map.of(0, 3L)));
    assertThat(received()).isEqualTo(6);
  }

  @Test
  void aTopicThatWasMadeAnewIsReadFromItsBeginning() {
    // Given
    create();
    send(0, 1, 2);
    reader.start();
    until(reader::isCaughtUp);

    // When
    topics.end = 1;
    create();

    // Then
    until(() -> !reader.isCaughtUp());
    send(0);
    until(reader::isCaughtUp);
    assertThat(received()).isEqualTo(4);
  }

  @Test
  void anotherConsumerGoesOnWhereOneFailed() {
    // Given
    create();
    send(0, 1, 2);
    reader.start();
    until(reader::isCaughtUp);
    MockConsumer<byte[], byte[]> before = consumer;

    // When
    before.setPollException(new KafkaException("a bug"));

    // Then it begins again
    until(() -> consumer != before);
    send(0, 1, 2);
    until(() -> received() == 6);
    until(() -> status.notReadyReason().isEmpty());
  }

  private MockConsumer<byte[], byte[]> fresh() {
    if (consumer.closed()) {
      consumer = consumer();
    }
    return consumer;
  }

  private static MockConsumer<byte[], byte[]> consumer() {
    var fresh = new MockConsumer<byte[], byte[]>("earliest");
    fresh.updateBeginningOffsets(Map.of(PARTITION, 0L));
    fresh.updateEndOffsets(Map.of(PARTITION, 0L));
    return fresh;
  }

  private void create() {
    topics.create();
  }

  private void send(long... offsets) {
    MockConsumer<byte[], byte[]> to = consumer;
    to.schedulePollTask(
        () -> {
          for (long offset : offsets) {
            to.addRecord(
                new ConsumerRecord<>(
                    TOPIC, 0, offset, ("GPU-" + offset).getBytes(UTF_8), "{".getBytes(UTF_8)));
          }
        });
  }

  private long received() {
    return status.received().getOrDefault(TOPIC, 0L);
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(20)).until(condition::getAsBoolean);
  }
}
