package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.LetterSender;
import dev.headroom.ingest.compacted.CompactedTopicReader;
import dev.headroom.ingest.compacted.TopicReader;
import dev.headroom.ingest.topics.ScriptedAdmin;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A broker that is a few values: each client is Kafka's own stand-in. A compacted topic has one
/// partition that begins, and ends, with the offset that the admin client says.
final class ScriptedKafka extends KafkaClients implements Channels {

  /// What [ScriptedAdmin] says.
  static final long END = 100;

  final ScriptedAdmin admin = new ScriptedAdmin();
  final MockConsumer<byte[], byte[]> samples = new MockConsumer<>("earliest");
  final MockProducer<byte[], byte[]> checkpoints = producing();
  final MockProducer<byte[], byte[]> lessons = producing();
  final List<ProducerRecord<byte[], byte[]>> letters = new CopyOnWriteArrayList<>();
  private final Map<String, MockConsumer<byte[], byte[]>> compacted =
      Map.of(
          Topics.LAYER_CONFIGS, reading(Topics.LAYER_CONFIGS),
          Topics.DEVICE_SAMPLES, reading(Topics.DEVICE_SAMPLES),
          Topics.JOB_SUMMARIES, reading(Topics.JOB_SUMMARIES));
  private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();

  /// @param partitions of the samples
  ScriptedKafka(int partitions) {
    super(Map.of("bootstrap.servers", "scripted"));
    for (int i = 0; i < partitions; i++) {
      var partition = new TopicPartition(Topics.MEMORY_SAMPLES, i);
      samples.updateBeginningOffsets(Map.of(partition, 0L));
      samples.updateEndOffsets(Map.of(partition, 0L));
    }
  }

  /// A topic's consumer.
  MockConsumer<byte[], byte[]> of(String topic) {
    MockConsumer<byte[], byte[]> consumer = compacted.get(topic);
    return consumer == null ? samples : consumer;
  }

  /// A record that comes with the next poll.
  void send(String topic, int partition, String key, byte[] value) {
    var at = new TopicPartition(topic, partition);
    MockConsumer<byte[], byte[]> consumer = of(topic);
    await().atMost(Duration.ofSeconds(20)).until(() -> consumer.assignment().contains(at));
    long offset = next.merge(at, consumer == samples ? 0L : END, (last, _) -> last + 1);
    consumer.schedulePollTask(
        () ->
            consumer.addRecord(
                new ConsumerRecord<>(topic, partition, offset, key.getBytes(UTF_8), value)));
  }

  @Override
  Admin admin() {
    return admin;
  }

  @Override
  Consumer<byte[], byte[]> compactedReader() {
    return of(Topics.JOB_SUMMARIES);
  }

  @Override
  Consumer<byte[], byte[]> groupMember(String group, Duration session) {
    return samples;
  }

  @Override
  Producer<byte[], byte[]> transactional() {
    return checkpoints;
  }

  @Override
  Producer<byte[], byte[]> producer() {
    return lessons;
  }

  @Override
  public TopicReader reader(
      String topic, TopicView topics, BatchProcessor processor, IngestStatus status) {
    return new CompactedTopicReader(topic, topics, () -> of(topic), processor, status);
  }

  @Override
  public LetterSender letters() {
    return (letter, told) -> {
      letters.add(letter);
      told.onCompletion(null, null);
    };
  }

  private static MockProducer<byte[], byte[]> producing() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static MockConsumer<byte[], byte[]> reading(String topic) {
    var consumer = new MockConsumer<byte[], byte[]>("earliest");
    consumer.updateBeginningOffsets(Map.of(new TopicPartition(topic, 0), END));
    consumer.updateEndOffsets(Map.of(new TopicPartition(topic, 0), END));
    return consumer;
  }
}
