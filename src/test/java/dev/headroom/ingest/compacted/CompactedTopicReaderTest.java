package dev.headroom.ingest.compacted;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.Learning;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
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
      new CompactedTopicReader(TOPIC, topics, this::fresh, processor(), status);

  private static final class KnownTopics implements TopicView {

    private volatile Optional<TopicLayout> layout = Optional.empty();
    private volatile long end = 3;

    @Override
    public Optional<TopicLayout> layout(String topic) {
      return layout;
    }

    @Override
    public Map<Integer, Long> endOffsets(String topic) {
      if (end < 0) {
        throw new KafkaException("the broker does not say");
      }
      return Map.of(0, end);
    }
  }

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

  private BatchProcessor processor() {
    var bucket = new TokenBucket(1, 1, System::nanoTime);
    return new BatchProcessor(
        TOPIC,
        new DeviceSampleDecoder(),
        _ -> 0,
        new Learning(
            new Calibrations(GpuCatalogueReader.own(), new Predictions()),
            new MockProducer<>(),
            status),
        new LedgerKeeper(Snapshot.empty(LedgerLimits.DEFAULT)),
        status,
        new DeadLetters((_, _) -> {}, status, bucket, bucket),
        InstantSource.system());
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
    topics.layout = Optional.of(new TopicView.TopicLayout(Uuid.randomUuid(), 1));
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
