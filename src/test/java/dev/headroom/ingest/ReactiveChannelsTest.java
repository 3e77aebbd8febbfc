package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headroom.ingest.compacted.KnownTopics;
import dev.headroom.ingest.compacted.PolledConsumer;
import dev.headroom.ingest.compacted.TopicReader;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Without a container: the test hands over what the connector would.
class ReactiveChannelsTest {

  private final MockConsumer<byte[], byte[]> configs = consumer(Topics.LAYER_CONFIGS);
  private final MockConsumer<byte[], byte[]> devices = consumer(Topics.DEVICE_SAMPLES);
  private final KnownTopics topics = new KnownTopics();
  private final IngestStatus status = new IngestStatus();
  private final ChannelClients clients = new ChannelClients(new KafkaClients(Map.of()));
  private final ReactiveLetters letters = new ReactiveLetters(new SentMessages());
  private final ReactiveChannels channels =
      new ReactiveChannels(
          new Connector(Map.of("layer-configs", configs, "device-samples", devices)),
          clients,
          letters);

  /// The consumers of the channels.
  private record Connector(Map<String, Consumer<byte[], byte[]>> consumers)
      implements KafkaClientService {

    @Override
    @SuppressWarnings("unchecked")
    public <K, V> List<KafkaConsumer<K, V>> getConsumers(String channel) {
      Consumer<byte[], byte[]> consumer = consumers.get(channel);
      return consumer == null
          ? List.of()
          : List.of(PolledConsumer.of((Consumer<K, V>) consumer, () -> null));
    }

    @Override
    public <K, V> KafkaProducer<K, V> getProducer(String channel) {
      throw new AssertionError("the emitter has it");
    }

    @Override
    public Set<String> getConsumerChannels() {
      return consumers.keySet();
    }

    @Override
    public Set<String> getProducerChannels() {
      return Set.of();
    }
  }

  @Test
  void whatAChannelHandsOverIsReadAsItsTopic() {
    // Given
    topics.end = 0;
    topics.create();
    try (TopicReader ofConfigs = reader(Topics.LAYER_CONFIGS);
        TopicReader ofDevices = reader(Topics.DEVICE_SAMPLES)) {
      ofConfigs.start();
      ofDevices.start();
      until(() -> ofConfigs.isCaughtUp() && ofDevices.isCaughtUp());

      // When
      channels.configs(records(Topics.LAYER_CONFIGS, 2));
      channels.devices(records(Topics.DEVICE_SAMPLES, 3));

      // Then
      assertThat(status.received())
          .containsEntry(Topics.LAYER_CONFIGS, 2L)
          .containsEntry(Topics.DEVICE_SAMPLES, 3L);
      assertThat(configs.assignment()).containsExactly(new TopicPartition(Topics.LAYER_CONFIGS, 0));
      assertThat(devices.assignment())
          .containsExactly(new TopicPartition(Topics.DEVICE_SAMPLES, 0));
    }
  }

  @Test
  void aTopicIsNotReadWhileRecordsOfItsChannelWait() {
    // Given what is polled and not handed over
    topics.end = 0;
    topics.create();
    clients.polled("device-samples").addAndGet(1);
    try (TopicReader reader = reader(Topics.DEVICE_SAMPLES)) {
      reader.start();
      await().during(Duration.ofMillis(400)).until(() -> !reader.isCaughtUp());

      // When
      channels.devices(records(Topics.DEVICE_SAMPLES, 1));

      // Then
      until(reader::isCaughtUp);
    }
  }

  @Test
  void aChannelThatNothingReadsIsABug() {
    assertThatThrownBy(() -> channels.configs(records(Topics.LAYER_CONFIGS, 1)))
        .hasMessage("a bug: nothing reads the channel layer-configs");
    assertThatThrownBy(() -> channels.devices(records(Topics.DEVICE_SAMPLES, 1)))
        .hasMessage("a bug: nothing reads the channel device-samples");
  }

  @Test
  void lettersGoOutByTheirChannel() {
    assertThat(channels.letters()).isSameAs(letters);
  }

  private TopicReader reader(String topic) {
    return channels.reader(topic, topics, KnownTopics.processor(topic, status), status);
  }

  private static MockConsumer<byte[], byte[]> consumer(String topic) {
    var consumer = new MockConsumer<byte[], byte[]>("earliest");
    consumer.updateBeginningOffsets(Map.of(new TopicPartition(topic, 0), 0L));
    consumer.updateEndOffsets(Map.of(new TopicPartition(topic, 0), 0L));
    return consumer;
  }

  private static ConsumerRecords<byte[], byte[]> records(String topic, int count) {
    return new ConsumerRecords<>(
        Map.of(
            new TopicPartition(topic, 0),
            LongStream.range(0, count)
                .mapToObj(
                    offset ->
                        new ConsumerRecord<>(
                            topic, 0, offset, "a".getBytes(UTF_8), "{".getBytes(UTF_8)))
                .toList()),
        Map.of());
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(20)).until(condition::getAsBoolean);
  }
}
