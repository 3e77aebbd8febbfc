package dev.headroom.ingest;

import dev.headroom.ingest.compacted.PolledRecords;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Creates the Kafka clients of the monitor. Properties from the environment override the tuning
/// here; what correctness needs overrides both.
class KafkaClients {

  private static final String MAX_RECORD_BYTES = Integer.toString(17 * 1024 * 1024);

  /// What jobs and agents say is true, whatever becomes of its transaction: one that nobody ends
  /// must not hold back all that comes behind it.
  private static final Map<String, Object> AS_SAID = Map.of("isolation.level", "read_uncommitted");

  private final Map<String, String> settings;
  private final String name = "headroom-monitor-" + UUID.randomUUID();

  /// @param settings where the brokers are and how to get in
  KafkaClients(Map<String, String> settings) {
    this.settings = Map.copyOf(settings);
  }

  /// The addresses, as they were given.
  String brokers() {
    return settings.getOrDefault("bootstrap.servers", "");
  }

  Admin admin() {
    Map<String, Object> properties = base();
    properties.put("default.api.timeout.ms", 5000);
    properties.put("request.timeout.ms", 4000);
    properties.putAll(settings);
    return Admin.create(properties);
  }

  /// A consumer of what monitors write, which counts once it is committed. It is told which
  /// partitions to read.
  Consumer<byte[], byte[]> compactedReader() {
    return consumer(compactedReaderProperties());
  }

  Map<String, Object> compactedReaderProperties() {
    return consumerProperties(Map.of());
  }

  /// A consumer that shares the samples out with its group.
  Consumer<byte[], byte[]> groupMember(String group, Duration session) {
    return consumer(groupMemberProperties(group, session));
  }

  Map<String, Object> groupMemberProperties(String group, Duration session) {
    Map<String, Object> own = new HashMap<>(AS_SAID);
    own.put("group.id", group);
    own.put("group.protocol", "classic");
    own.put("session.timeout.ms", Math.toIntExact(session.toMillis()));
    // A member whose thread hangs keeps its jobs no longer than this.
    own.put("max.poll.interval.ms", 60_000);
    own.put("heartbeat.interval.ms", Math.toIntExact(session.toMillis() / 4));
    own.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    return consumerProperties(own);
  }

  /// @param channel the properties of a channel, which override the tuning as well
  /// @param polled counts what is polled
  Map<String, Object> channelConsumerProperties(Map<String, Object> channel, AtomicLong polled) {
    Map<String, Object> own = new HashMap<>(AS_SAID);
    own.put("interceptor.classes", PolledRecords.class.getName());
    own.put(PolledRecords.COUNTER, polled);
    return consumerProperties(channel, own);
  }

  private Map<String, Object> consumerProperties(Map<String, Object> own) {
    return consumerProperties(Map.of(), own);
  }

  private Map<String, Object> consumerProperties(
      Map<String, Object> channel, Map<String, Object> own) {
    Map<String, Object> properties = base();
    properties.put("max.poll.records", 5000);
    properties.put("fetch.min.bytes", 1024 * 1024);
    properties.put("fetch.max.wait.ms", 200);
    properties.put("max.partition.fetch.bytes", 4 * 1024 * 1024);
    // What is fetched and waits is on the heap, beside all else.
    properties.put("fetch.max.bytes", 16 * 1024 * 1024);
    // The system's own size, which grows: 64 KiB hold up answers of megabytes.
    properties.put("receive.buffer.bytes", -1);
    properties.put("metadata.max.age.ms", 5000);
    properties.putAll(channel);
    properties.putAll(settings);
    properties.put("enable.auto.commit", false);
    properties.put("auto.offset.reset", "earliest");
    properties.put("isolation.level", "read_committed");
    properties.putAll(own);
    return properties;
  }

  static Consumer<byte[], byte[]> consumer(Map<String, Object> properties) {
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /// A producer whose records all count or none does; of one at a time.
  Producer<byte[], byte[]> transactional() {
    return producer(transactionalProperties());
  }

  Map<String, Object> transactionalProperties() {
    Map<String, Object> own = new HashMap<>();
    own.put("transactional.id", name);
    own.put("transaction.timeout.ms", 10_000);
    own.put("delivery.timeout.ms", 8000);
    own.put("max.block.ms", 5000);
    own.put("max.request.size", MAX_RECORD_BYTES);
    return producerProperties(Map.of(), own);
  }

  /// A producer for what may be lost.
  Producer<byte[], byte[]> producer() {
    return producer(channelProducerProperties(Map.of()));
  }

  /// @param channel the properties of a channel, which override the tuning as well
  Map<String, Object> channelProducerProperties(Map<String, Object> channel) {
    Map<String, Object> own = new HashMap<>();
    own.put("delivery.timeout.ms", "8000");
    own.put("max.block.ms", 1000);
    own.put("buffer.memory", 16 * 1024 * 1024);
    return producerProperties(channel, own);
  }

  private Map<String, Object> producerProperties(
      Map<String, Object> channel, Map<String, Object> own) {
    Map<String, Object> properties = base();
    properties.put("compression.type", "lz4");
    properties.put("linger.ms", 20);
    properties.putAll(channel);
    properties.putAll(settings);
    properties.put("request.timeout.ms", 4000);
    properties.putAll(own);
    properties.put("enable.idempotence", true);
    properties.put("acks", "all");
    return properties;
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> properties) {
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> base() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("client.id", name);
    properties.put("reconnect.backoff.max.ms", 1000);
    return properties;
  }
}
