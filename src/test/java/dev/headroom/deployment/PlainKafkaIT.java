package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.broker.KafkaBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A Kafka that asks who comes in, with the topics and rights that `docs/kafka.md` gives, their
/// names beginning otherwise. Every role does its work, and no more.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlainKafkaIT {

  private static final String PREFIX = "ml.headroom-";
  private static final String GROUP = "ml-monitors";

  private final Deque<Runnable> started = new ArrayDeque<>();
  private KafkaBroker broker;
  private Admin admin;

  /// Where it asks who comes in.
  private String address;

  private URI monitor;

  @BeforeAll
  void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
    int secured = PrometheusServer.freePort();
    address = "127.0.0.1:" + secured;
    broker =
        KafkaBroker.in(Path.of("target/broker/lib"), folder.resolve("broker"), 0)
            .with(KafkaScript.asksWhoComesIn(secured));
    started.push(broker::close);
    broker.start();
    admin = Admin.create(Map.of("bootstrap.servers", broker.address()));
    started.push(admin::close);
    KafkaScript.run(admin, Map.of("HEADROOM_TOPIC_PREFIX", PREFIX, "HEADROOM_INGEST_GROUP", GROUP));
    int port = PrometheusServer.freePort();
    monitor = URI.create("http://127.0.0.1:" + port);
    role("headroom-monitor", Map.of("QUARKUS_HTTP_PORT", Integer.toString(port)), "monitor");
    role(
        "headroom-agent",
        Map.of(),
        "agent",
        "--probe",
        "simulated",
        "--period",
        "200",
        "--listen",
        "127.0.0.1:0");
    await().atMost(Duration.ofSeconds(60)).until(() -> status("/q/health/ready") == 200);
  }

  @AfterAll
  void stop() {
    started.forEach(Runnable::run);
  }

  @Test
  void agentsAndJobsAreSeen() throws Exception {
    // When
    send("headroom-job", "layer-configs", "tiny", KafkaScript.CONFIG);
    send("headroom-job", "memory-samples", "tiny", sample());

    // Then
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(get("/api/v1/jobs/tiny"))
                  .contains("\"predicted_bytes\"", "\"process_used_bytes\":1048576");
              assertThat(get("/metrics")).contains("headroom_gpu_memory_total_bytes{");
            });
    assertThat(get("/metrics"))
        .contains("headroom_received_records_total{topic=\"" + PREFIX + "layer-configs\"} 1");
  }

  @Test
  void everyTopicHasThePrefix() throws Exception {
    assertThat(admin.listTopics().names().get())
        .containsExactlyInAnyOrder(
            PREFIX + "layer-configs",
            PREFIX + "memory-samples",
            PREFIX + "device-samples",
            PREFIX + "job-summaries",
            PREFIX + "dead-letters");
  }

  @Test
  void aJobWritesNoSummariesAndAnAgentNoConfigs() {
    assertThatThrownBy(() -> send("headroom-job", "job-summaries", "tiny", "{}"))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
    assertThatThrownBy(() -> send("headroom-agent", "layer-configs", "tiny", "{}"))
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void anOperatorReadsWhatWasRefused() throws Exception {
    // Given
    send("headroom-job", "memory-samples", "broken", "no JSON");
    Map<String, Object> properties = login("headroom-operator");
    properties.put("group.id", "headroom-operator");
    properties.put("auto.offset.reset", "earliest");

    // When
    try (var consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(PREFIX + "dead-letters"));

      // Then
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                for (var letter : consumer.poll(Duration.ofMillis(200))) {
                  if ("broken".equals(letter.key())) {
                    return true;
                  }
                }
                return false;
              });
    }
  }

  private void role(String user, Map<String, String> more, String... arguments) throws IOException {
    var environment = new HashMap<>(more);
    environment.put("HEADROOM_TOPIC_PREFIX", PREFIX);
    environment.put("HEADROOM_INGEST_GROUP", GROUP);
    environment.put("HEADROOM_KAFKA", address);
    login(user)
        .forEach(
            (name, value) -> {
              if (!name.equals("bootstrap.servers")) {
                environment.put(
                    "HEADROOM_KAFKA_" + name.toUpperCase(Locale.ROOT).replace('.', '_'),
                    value.toString());
              }
            });
    Process process = DemoProcess.launched(environment, arguments);
    DemoProcess.drain(process.inputReader(UTF_8));
    started.push(
        () -> {
          process.destroy();
          await().atMost(Duration.ofSeconds(20)).until(() -> !process.isAlive());
        });
  }

  private void send(String user, String topic, String key, String value)
      throws ExecutionException, InterruptedException, TimeoutException {
    try (var producer =
        new KafkaProducer<>(login(user), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(PREFIX + topic, key, value)).get(10, TimeUnit.SECONDS);
    }
  }

  private Map<String, Object> login(String user) {
    var properties = new HashMap<String, Object>();
    properties.put("bootstrap.servers", address);
    properties.put("security.protocol", "SASL_PLAINTEXT");
    properties.put("sasl.mechanism", "PLAIN");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, user));
    return properties;
  }

  private static String sample() throws IOException {
    return new ObjectMapper()
        .writeValueAsString(
            Map.of(
                "schema", "headroom/memory-sample/1",
                "job", "tiny",
                "gpu", "GPU-plain",
                "host", "plain-0",
                "time", Instant.now().toString(),
                "source", "framework",
                "process_used_bytes", 1 << 20));
  }

  private int status(String path) throws InterruptedException {
    try {
      return answer(path).statusCode();
    } catch (IOException _) {
      return 0;
    }
  }

  private String get(String path) throws IOException, InterruptedException {
    return answer(path).body();
  }

  private HttpResponse<String> answer(String path) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(monitor.resolve(path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
