package dev.headroom.ingest.compacted;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A topic that comes by a channel: the test polls, queues batches and hands them over.
class ChannelReaderTest {

  private static final String TOPIC = Topics.DEVICE_SAMPLES;
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private final IngestStatus status = new IngestStatus();
  private final KnownTopics topics = new KnownTopics();
  private final AtomicLong polled = new AtomicLong();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private volatile @Nullable RuntimeException failure;
  private final ChannelReader reader =
      new ChannelReader(
          TOPIC,
          topics,
          () -> PolledConsumer.of(consumer, () -> failure),
          polled,
          KnownTopics.processor(TOPIC, status),
          status);

  ChannelReaderTest() {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 0L));
  }

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void aPositionCountsOnceTheBatchesBeforeItAreHandled() {
    // Given a topic of two records and the marker of a transaction
    begun();
    ConsumerRecords<byte[], byte[]> batch = polled(0, 1);

    // When the position has passed the marker, and the batch waits in the queue
    consumer.seek(PARTITION, 3);
    await().during(Duration.ofMillis(400)).until(() -> !reader.isCaughtUp());
    reader.process(batch);

    // Then
    until(reader::isCaughtUp);
    assertThat(received()).isEqualTo(2);
    until(() -> status.notReadyReason().isEmpty());
  }

  @Test
  void whatWasPolledBeforeItBeganIsNotProcessedTwice() {
    // Given what the channel polled by itself
    var early = new ConsumerRecords<>(Map.of(PARTITION, List.of(record(0), record(1))), Map.of());
    polled.addAndGet(2);
    begun();

    // When
    reader.process(early);
    reader.process(polled(0, 1, 2));

    // Then
    assertThat(received()).isEqualTo(3);
    until(reader::isCaughtUp);
  }

  @Test
  void aTopicThatWasMadeAnewIsReadFromItsBeginning() {
    // Given
    begun();
    reader.process(polled(0, 1, 2));
    until(reader::isCaughtUp);

    // When
    topics.end = 1;
    topics.create();

    // Then
    until(() -> !reader.isCaughtUp());
    until(() -> consumer.position(PARTITION) == 0);
    reader.process(polled(0));
    until(reader::isCaughtUp);
    assertThat(received()).isEqualTo(4);
  }

  @Test
  void whatFailsIsAReasonAndIsTriedAgain() {
    // Given
    begun();

    // When
    failure = new KafkaException("not allowed");

    // Then
    until(() -> status.notReadyReason().orElse("").contains("cannot be read: not allowed"));
    failure = null;
    until(() -> consumer.position(PARTITION) == 0);
    reader.process(polled(0, 1, 2));
    until(reader::isCaughtUp);
  }

  @Test
  void itsThreadEndsOnceItIsClosed() {
    // Given
    begun();
    reader.process(polled(0, 1, 2));
    until(reader::isCaughtUp);
    until(() -> threads().size() == 1);
    assertThat(threads()).allMatch(Thread::isDaemon);

    // When
    reader.close();

    // Then
    until(() -> threads().isEmpty());
  }

  @Test
  void itsThreadEndsWhereABatchIsNeverHandled() {
    // Given
    begun();
    polled(0, 1);
    await().during(Duration.ofMillis(400)).until(() -> !reader.isCaughtUp());

    // When
    reader.close();

    // Then
    until(() -> threads().isEmpty());
    assertThat(reader.isCaughtUp()).isFalse();
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("headroom-" + TOPIC))
        .toList();
  }

  private void begun() {
    reader.start();
    assertThat(status.notReadyReason()).contains(TOPIC + " was not read yet");
    topics.create();
    until(() -> consumer.assignment().contains(PARTITION));
  }

  private ConsumerRecords<byte[], byte[]> polled(long... offsets) {
    for (long offset : offsets) {
      consumer.addRecord(record(offset));
    }
    ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
    polled.addAndGet(records.count());
    return records;
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset) {
    return new ConsumerRecord<>(
        TOPIC, 0, offset, ("GPU-" + offset).getBytes(UTF_8), "{".getBytes(UTF_8));
  }

  private long received() {
    return status.received().getOrDefault(TOPIC, 0L);
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(20)).until(condition::getAsBoolean);
  }
}
