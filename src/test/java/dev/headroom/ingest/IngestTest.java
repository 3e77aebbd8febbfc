package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.MemorySize;
import dev.headroom.live.Fate;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The way in, from a real broker to the ledger and back.
class IngestTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.started();
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
      Replica.await("ready", PATIENCE, first::isReady);
      for (int i = 0; i < 100; i++) {
        cluster.sample("move-" + i % 10, t0.plusSeconds(i), 1000 - i);
      }
      cluster.send(Topics.MEMORY_SAMPLES, "move-0", "{".getBytes(UTF_8));
      cluster.flush();
      Replica.await("100 applied", PATIENCE, () -> applied(first, "move-") == 100);
      assertThat(first.met(Topics.MEMORY_SAMPLES, Fate.MALFORMED)).isEqualTo(1);
    }

    // When
    try (var second = replica("move")) {
      Replica.await("jobs restored", PATIENCE, () -> applied(second, "move-") == 100);
      Replica.await("ready", PATIENCE, second::isReady);

      // Then
      assertThat(second.job("move-3").peaks().reserved()).isEqualTo(new MemorySize(997));
      assertThat(second.met(Topics.MEMORY_SAMPLES, Fate.APPLIED)).isZero();
      assertThat(second.met(Topics.MEMORY_SAMPLES, Fate.RESTORED)).isEqualTo(10);
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

  private static Replica replica(String group) {
    return new Replica(
        Map.of("bootstrap.servers", cluster.broker.address()),
        Map.of("group", group, "checkpoint", "1s", "ended-grace", "10m"));
  }

  private static long applied(Replica replica, String prefix) {
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
