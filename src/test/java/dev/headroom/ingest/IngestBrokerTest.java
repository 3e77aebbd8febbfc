package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The way in, from a real broker to the ledger and back.
class IngestBrokerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static BrokerFixture cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = BrokerFixture.started();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void samplesReachTheLedgerOnceAndSurviveAMoveToAnotherReplica() {
    // Given
    Instant t0 = Instant.now().minusSeconds(60);
    try (var first = replica("move")) {
      IngestReplica.await("ready", TIMEOUT, first::isReady);
      for (int i = 0; i < 100; i++) {
        cluster.sample("move-" + i % 10, t0.plusSeconds(i), 1000 - i);
      }
      cluster.send(Topics.MEMORY_SAMPLES, "move-0", "{".getBytes(UTF_8));
      cluster.flush();
      IngestReplica.await("100 applied", TIMEOUT, () -> applied(first, "move-") == 100);
      assertThat(first.met(Topics.MEMORY_SAMPLES, RecordOutcome.MALFORMED)).isEqualTo(1);
    }

    // When
    try (var second = replica("move")) {
      IngestReplica.await("jobs restored", TIMEOUT, () -> applied(second, "move-") == 100);
      IngestReplica.await("ready", TIMEOUT, second::isReady);

      // Then
      assertThat(second.job("move-3").peaks().reserved()).isEqualTo(new MemorySize(997));
      assertThat(second.met(Topics.MEMORY_SAMPLES, RecordOutcome.APPLIED)).isZero();
      assertThat(second.met(Topics.MEMORY_SAMPLES, RecordOutcome.RESTORED)).isEqualTo(10);
      assertThat(cluster.read(Topics.DEAD_LETTERS))
          .filteredOn(letter -> new String(letter.key(), UTF_8).equals("move-0"))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.value()).isEqualTo("{".getBytes(UTF_8));
                assertThat(header(letter, "headroom-reason")).startsWith("not JSON");
                assertThat(header(letter, "headroom-topic")).isEqualTo(Topics.MEMORY_SAMPLES);
                assertThat(header(letter, "headroom-offset")).matches("\\d+");
                assertThat(header(letter, "headroom-partition")).matches("\\d+");
              });
    }
  }

  private static IngestReplica replica(String group) {
    return new IngestReplica(
        Map.of("bootstrap.servers", cluster.broker.address()),
        Map.of("group", group, "checkpoint", "1s", "ended-grace", "10m"));
  }

  private static long applied(IngestReplica replica, String prefix) {
    var sum = new long[1];
    var snapshot = replica.keeper.snapshot();
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (snapshot.owns(job) && job.job().startsWith(prefix)) {
                sum[0] += job.tally().applied();
              }
            });
    return sum[0];
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}
