package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.sample.DeviceSample;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import dev.headroom.wire.devicesample.DeviceSampleEncoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The channels in the monitor: the broker is not there yet, a topic ends with a transaction, is
/// deleted and made anew, the broker is killed, the disk is emptied. What is malformed goes out.
@QuarkusTest
@WithTestResource(
    value = ReactiveChannelsBrokerTest.Broker.class,
    scope = TestResourceScope.RESTRICTED_TO_CLASS)
class ReactiveChannelsBrokerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(40);
  private static final LayerConfig CONFIG = GoldenConfigs.of("alexnet");

  @Inject IngestStatus status;
  @Inject LedgerKeeper keeper;

  @Inject
  @ConfigProperty(name = "headroom.ingest.kafka")
  String kafka;

  private @Nullable BrokerFixture given;

  /// A monitor whose broker does not run yet.
  public static final class Broker implements QuarkusTestResourceLifecycleManager {

    private @Nullable BrokerFixture cluster;

    @Override
    public Map<String, String> start() {
      try {
        BrokerFixture made =
            BrokerFixture.at(Files.createTempDirectory(Path.of("target"), "broker-"));
        cluster = made;
        return Map.of(
            "headroom.ingest.enabled", "true", "headroom.ingest.kafka", made.broker.address());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void inject(TestInjector injector) {
      injector.injectIntoFields(
          cluster, field -> field.getType().getName().equals(BrokerFixture.class.getName()));
    }

    @Override
    public void stop() {
      if (cluster != null) {
        cluster.close();
      }
    }
  }

  @Test
  void theyFollowTheirTopicsThroughAllOfIt() throws Exception {
    // Given a broker that is absent at the start
    BrokerFixture cluster = cluster();
    await("the broker cannot be reached");
    RestAssured.get("/q/health/live").then().statusCode(200);
    RestAssured.get("/q/health/ready").then().statusCode(503);
    cluster.broker.start();
    ready();

    // When topics end with the marker of a transaction, and of one that was aborted
    inTransaction(
        new ProducerRecord<>(
            Topics.LAYER_CONFIGS, CONFIG.job().getBytes(UTF_8), LayerConfigEncoder.encode(CONFIG)));
    cluster.send(Topics.DEVICE_SAMPLES, "GPU-bad", "{".getBytes(UTF_8));
    device(cluster, "GPU-1");

    // Then
    applied(Topics.LAYER_CONFIGS, 1);
    applied(Topics.DEVICE_SAMPLES, 1);
    assertThat(keeper.snapshot().jobs().get(CONFIG.job())).isNotNull();
    IngestReplica.await("the letter", TIMEOUT, () -> status.forwardedDeadLetters() == 1);
    assertThat(cluster.read(Topics.DEAD_LETTERS))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(header(letter, "headroom-reason")).startsWith("not JSON");
              assertThat(letter.key()).isEqualTo("GPU-bad".getBytes(UTF_8));
              assertThat(letter.headers()).extracting(Header::key).allMatch(this::isOurs);
            });

    // When a topic is deleted
    cluster.delete(Topics.DEVICE_SAMPLES);
    IngestReplica.await(
        "the topic", TIMEOUT, () -> cluster.topics().contains(Topics.DEVICE_SAMPLES));
    device(cluster, "GPU-2");

    // Then it is made anew, and read from its beginning
    applied(Topics.DEVICE_SAMPLES, 2);
    ready();

    // When the broker is killed
    cluster.broker.kill();
    await("the broker cannot be reached");
    cluster.broker.start();
    ready();
    device(cluster, "GPU-3");

    // Then reading goes on
    applied(Topics.DEVICE_SAMPLES, 3);

    // When the disk is emptied
    cluster.broker.kill();
    await("the broker cannot be reached");
    cluster.broker.empty();
    cluster.broker.start();
    ready();
    device(cluster, "GPU-4");

    // Then
    applied(Topics.DEVICE_SAMPLES, 4);
    ready();
  }

  private BrokerFixture cluster() {
    if (given == null) {
      throw new AssertionError("no broker");
    }
    return given;
  }

  private boolean isOurs(String header) {
    return header.startsWith("headroom-");
  }

  private void inTransaction(ProducerRecord<byte[], byte[]> record) {
    try (Producer<byte[], byte[]> producer =
        new KafkaClients(Map.of("bootstrap.servers", kafka)).transactional()) {
      producer.initTransactions();
      producer.beginTransaction();
      var _ = producer.send(record);
      producer.commitTransaction();
      producer.beginTransaction();
      var _ = producer.send(record);
      producer.flush();
      producer.abortTransaction();
    }
  }

  private static void device(BrokerFixture cluster, String gpu) {
    cluster.send(
        Topics.DEVICE_SAMPLES,
        gpu,
        DeviceSampleEncoder.encode(
            new DeviceSample(
                gpu,
                "h",
                Instant.now(),
                new MemorySize(1 << 30),
                new MemorySize(1 << 20),
                0,
                "NVIDIA A100-SXM4-40GB",
                "580",
                null,
                null,
                null,
                List.of())));
    cluster.flush();
  }

  private void ready() {
    IngestReplica.await("ready", TIMEOUT, () -> status.notReadyReason().isEmpty());
  }

  private void applied(String topic, long records) {
    IngestReplica.await(
        records + " of " + topic,
        TIMEOUT,
        () ->
            status.outcomeCounts().stream()
                    .filter(c -> c.topic().equals(topic) && c.outcome() == RecordOutcome.APPLIED)
                    .mapToLong(IngestStatus.OutcomeCount::records)
                    .sum()
                == records);
  }

  private void await(String problem) {
    IngestReplica.await(
        problem,
        TIMEOUT,
        () -> status.notReadyReason().filter(t -> t.contains(problem)).isPresent());
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
