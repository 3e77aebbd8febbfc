package dev.headroom.ingest;

import static dev.headroom.ingest.BrokerFixture.sampleOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// klag-exporter#104: a transaction that nobody ends holds back all that is committed behind it.
/// spring-kafka#1587, librdkafka#2539 and #3917, druid#16689, kafka4s#684: the marker of one that
/// ended is a lag of one for good.
class HangingTransactionTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration BOUND = Duration.ofSeconds(2);

  /// A machine may stand still for seconds. Who waits for the transaction sees nothing at all.
  private static final int TRIES = 10;

  @Test
  void whatComesBehindAnOpenTransactionCountsWithinTwoSeconds() throws Exception {
    // Given
    try (BrokerFixture cluster = BrokerFixture.started();
        var replica =
            new IngestReplica(
                Map.of("bootstrap.servers", cluster.broker.address()),
                Map.of("group", "hanging", "checkpoint", "1s", "ended-grace", "10m"));
        var hanging =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    cluster.broker.address(),
                    "transactional.id",
                    "hanging",
                    "transaction.timeout.ms",
                    600_000),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      IngestReplica.await("ready", TIMEOUT, replica::isReady);
      hanging.initTransactions();
      hanging.beginTransaction();
      Instant now = Instant.now().minusSeconds(60);
      // Configs come last: one that changed begins a run, and older samples are none of that.
      Map<String, IntFunction<byte[]>> said = new LinkedHashMap<>();
      said.put(
          Topics.MEMORY_SAMPLES,
          i -> MemorySampleEncoder.encode(sampleOf("job", now.plusSeconds(i), 1000)));
      said.put(Topics.DEVICE_SAMPLES, i -> DeviceSampleEncoder.encode(device(now.plusSeconds(i))));
      said.put(Topics.LAYER_CONFIGS, HangingTransactionTest::config);
      for (String topic : said.keySet()) {
        hanging.send(record(topic, Objects.requireNonNull(said.get(topic)).apply(1))).get();
        IngestReplica.await(topic, TIMEOUT, () -> replica.met(topic, RecordOutcome.APPLIED) > 0);
      }

      for (String topic : said.keySet()) {
        // When
        Duration fastest = TIMEOUT;
        for (int i = 2; i <= TRIES && fastest.compareTo(BOUND) > 0; i++) {
          long before = replica.met(topic, RecordOutcome.APPLIED);
          cluster.send(record(topic, Objects.requireNonNull(said.get(topic)).apply(i)));
          cluster.flush();
          long sent = System.nanoTime();
          IngestReplica.await(
              topic, TIMEOUT, () -> replica.met(topic, RecordOutcome.APPLIED) > before);
          Duration taken = Duration.ofNanos(System.nanoTime() - sent);
          fastest = taken.compareTo(fastest) < 0 ? taken : fastest;
        }

        // Then: with the transaction still open
        assertThat(fastest).as(topic).isLessThanOrEqualTo(BOUND);
      }
      assertThat(replica.isReady()).isTrue();

      // When it ends, its marker is the last thing in each partition
      hanging.commitTransaction();

      // Then
      IngestReplica.await(
          "no lag",
          TIMEOUT,
          () -> replica.status.lags().values().stream().allMatch(lag -> lag == 0));
      assertThat(replica.status.lags()).isNotEmpty();
    }
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, byte[] value) {
    String key = topic.equals(Topics.DEVICE_SAMPLES) ? "GPU-job" : "job";
    return new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
  }

  private static DeviceSample device(Instant time) {
    return new DeviceSample(
        "GPU-job",
        "node",
        time,
        new MemorySize(10_000),
        new MemorySize(1000),
        0,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }

  private static byte[] config(int batch) {
    return """
        {"schema": "headroom/layer-config/1", "job": "job", "batch_size": %d,
         "framework": {"name": "pytorch"}, "inputs": [{"name": "x", "shape": [4]}],
         "layers": [{"name": "fc", "type": "linear", "inputs": ["x"],
                     "in_features": 4, "out_features": 4}]}
        """
        .formatted(batch)
        .getBytes(UTF_8);
  }
}
