package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// What a batch channel of SmallRye does with a topic beside a plain consumer with the same fetch
/// settings: records a second, and what the handler can know of the end of a topic.
///
/// `mvn -Dquick test -Dtest=ChannelMeasurementTest -Dheadroom.channel.records=2000000`
@QuarkusTest
@TestProfile(ChannelMeasurementTest.Measured.class)
@EnabledIfSystemProperty(named = "headroom.channel.records", matches = "\\d+")
class ChannelMeasurementTest {

  private static final String TOPIC = "measured";
  private static final int PARTITIONS = 4;
  private static final int RECORDS = Integer.getInteger("headroom.channel.records", 0);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @Inject KafkaClientService clients;
  @Inject Reader reader;

  /// A monitor without ingest of its own, and with one channel.
  public static final class Measured implements QuarkusTestProfile {

    @Override
    public String getConfigProfile() {
      return "channel";
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      var settings = new HashMap<String, String>();
      settings.put("headroom.ingest.enabled", "false");
      Map.of(
              "connector", "smallrye-kafka",
              "topic", TOPIC,
              "batch", "true",
              "group.id", "channel",
              "auto.offset.reset", "earliest",
              "commit-strategy", "ignore",
              "tracing-enabled", "false",
              "cloud-events", "false",
              "isolation.level", "read_committed")
          .forEach((name, value) -> settings.put("mp.messaging.incoming.measured." + name, value));
      Map.of(
              "max.poll.records", "5000",
              "fetch.min.bytes", "1048576",
              "fetch.max.wait.ms", "200",
              "max.partition.fetch.bytes", "4194304",
              "fetch.max.bytes", "16777216",
              "key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer",
              "value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer")
          .forEach((name, value) -> settings.put("mp.messaging.incoming.measured." + name, value));
      return settings;
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(FilledBroker.class));
    }
  }

  /// A broker whose topic is filled before the application starts. The last record of each
  /// partition is one of a transaction.
  public static final class FilledBroker implements QuarkusTestResourceLifecycleManager {

    private @Nullable BrokerFixture cluster;

    @Override
    public Map<String, String> start() {
      try {
        BrokerFixture started = BrokerFixture.started();
        cluster = started;
        started.create(TOPIC, PARTITIONS, Map.of());
        var value = new byte[200];
        for (int i = 0; i < RECORDS - PARTITIONS; i++) {
          started.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value));
        }
        started.flush();
        try (Producer<byte[], byte[]> last = clients(started).transactional()) {
          last.initTransactions();
          last.beginTransaction();
          for (int i = 0; i < PARTITIONS; i++) {
            var _ = last.send(new ProducerRecord<>(TOPIC, i, null, value));
          }
          last.commitTransaction();
        }
        System.setProperty("headroom.measured.broker", started.broker.address());
        return Map.of("kafka.bootstrap.servers", started.broker.address());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    private static KafkaClients clients(BrokerFixture cluster) {
      return new KafkaClients(Map.of("bootstrap.servers", cluster.broker.address()));
    }

    @Override
    public void stop() {
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  /// The channel's handler: it counts.
  @ApplicationScoped
  @IfBuildProfile("channel")
  public static class Reader {

    private final AtomicLong count = new AtomicLong();
    private final AtomicLong firstNanos = new AtomicLong();
    private final AtomicLong lastNanos = new AtomicLong();
    private final Map<Integer, Long> handled = new ConcurrentHashMap<>();

    @Incoming(TOPIC)
    void read(ConsumerRecords<byte[], byte[]> records) {
      firstNanos.compareAndSet(0, System.nanoTime());
      for (ConsumerRecord<byte[], byte[]> record : records) {
        handled.put(record.partition(), record.offset() + 1);
      }
      count.addAndGet(records.count());
      lastNanos.set(System.nanoTime());
    }

    long count() {
      return count.get();
    }

    Map<Integer, Long> handled() {
      return Map.copyOf(handled);
    }

    void reset() {
      count.set(0);
      firstNanos.set(0);
    }

    double perSecond() {
      return count.get() * 1e9 / (lastNanos.get() - firstNanos.get());
    }
  }

  @Test
  void aBatchChannelBesideAPlainConsumer() {
    // Given a plain consumer, cold and warm
    var kafka =
        new KafkaClients(
            Map.of("bootstrap.servers", System.getProperty("headroom.measured.broker", "")));
    List<TopicPartition> all =
        IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(TOPIC, p)).toList();

    // When the channel has read the topic once, as the application started
    IngestReplica.await("the channel", TIMEOUT, () -> reader.count() >= RECORDS);
    var channel = new ArrayList<Double>(List.of(reader.perSecond()));
    Map<Integer, Long> handled = reader.handled();
    Map<Integer, Long> ends;
    var plain = new ArrayList<Double>();
    try (Consumer<byte[], byte[]> consumer = kafka.compactedReader()) {
      consumer.assign(all);
      ends =
          consumer.endOffsets(all).entrySet().stream()
              .collect(Collectors.toMap(e -> e.getKey().partition(), Map.Entry::getValue));
      for (int round = 0; round < 3; round++) {
        plain.add(plain(consumer, all));
        reader.reset();
        var rewound =
            clients
                .<byte[], byte[]>getConsumer(TOPIC)
                .runOnPollingThread(
                    c -> {
                      c.seekToBeginning(c.assignment());
                    });
        rewound.await().atMost(TIMEOUT);
        IngestReplica.await("again", TIMEOUT, () -> reader.count() >= RECORDS);
        channel.add(reader.perSecond());
      }
    }

    // Then
    System.out.printf("plain consumer, records/s: %s%n", rounded(plain));
    System.out.printf("batch channel, records/s: %s%n", rounded(channel));
    System.out.printf("handled up to %s, ends of the topic %s%n", handled, ends);
    assertThat(handled)
        .as("a handler never sees the marker of a transaction")
        .allSatisfy((partition, next) -> assertThat(next).isLessThan(ends.get(partition)));
  }

  private static double plain(Consumer<byte[], byte[]> consumer, List<TopicPartition> all) {
    consumer.seekToBeginning(all);
    long count = 0;
    long first = 0;
    long last = 0;
    while (count < RECORDS) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
      if (!records.isEmpty()) {
        first = first == 0 ? System.nanoTime() : first;
        count += records.count();
        last = System.nanoTime();
      }
    }
    return count * 1e9 / (last - first);
  }

  private static List<Long> rounded(List<Double> rates) {
    return rates.stream().map(Math::round).toList();
  }
}
