package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.broker.KafkaBroker;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.Topics;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A real broker for a test, and someone who writes to it and reads from it.
final class BrokerFixture implements AutoCloseable {

  final KafkaBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  final AtomicLong acknowledged = new AtomicLong();
  final AtomicLong failed = new AtomicLong();

  private BrokerFixture(KafkaBroker broker) {
    this.broker = broker;
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.address());
    settings.put("acks", "all");
    settings.put("linger.ms", 5);
    settings.put("compression.type", "lz4");
    settings.put("max.request.size", 10 * 1024 * 1024);
    settings.put("max.block.ms", 120_000);
    settings.put("delivery.timeout.ms", 600_000);
    settings.put("reconnect.backoff.max.ms", 500);
    settings.put("request.timeout.ms", 5000);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static BrokerFixture started() throws Exception {
    return started(UnaryOperator.identity());
  }

  static BrokerFixture started(UnaryOperator<KafkaBroker> settings) throws Exception {
    Path folder = Files.createTempDirectory(Path.of("target"), "broker-");
    KafkaBroker broker = settings.apply(KafkaBroker.in(Path.of("target/broker/lib"), folder, 0));
    broker.start();
    return new BrokerFixture(broker);
  }

  /// One whose broker does not run yet.
  static BrokerFixture at(Path folder) {
    return new BrokerFixture(KafkaBroker.in(Path.of("target/broker/lib"), folder, 0));
  }

  void create(String topic, Map<String, String> configs)
      throws InterruptedException, ExecutionException {
    create(topic, 1, configs);
  }

  void create(String topic, int partitions, Map<String, String> configs)
      throws InterruptedException, ExecutionException {
    try (Admin admin = admin()) {
      var fresh = new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(configs);
      admin.createTopics(List.of(fresh)).all().get();
    }
  }

  void delete(String topic) throws InterruptedException, ExecutionException {
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  /// The names of all topics; none while the broker does not say.
  Set<String> topics() {
    try (Admin admin = admin()) {
      return admin.listTopics().names().get();
    } catch (ExecutionException _) {
      return Set.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Set.of();
    }
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.address()));
  }

  void send(ProducerRecord<byte[], byte[]> record) {
    var _ =
        producer.send(
            record,
            (_, exception) -> (exception == null ? acknowledged : failed).incrementAndGet());
  }

  void send(String topic, String key, byte[] value) {
    send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  void sample(String job, Instant time, long bytes) {
    send(Topics.MEMORY_SAMPLES, job, MemorySampleEncoder.encode(sampleOf(job, time, bytes)));
  }

  static MemorySample sampleOf(String job, Instant time, long bytes) {
    return MemorySample.builder(job, "GPU-" + job, time)
        .run("1")
        .rank(0)
        .source(SampleSource.FRAMEWORK)
        .reserved(new MemorySize(bytes))
        .build();
  }

  void flush() {
    producer.flush();
  }

  /// All that stands in a topic now and is committed.
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            broker.address(),
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed");
    var all = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(topic, p.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
    broker.close();
  }
}
