package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// The broker is not there yet, loses a topic, loses its disk; clocks are wrong. One monitor lives
/// through all of it and recovers by itself.
class OutageTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  @Test
  void oneMonitorLivesThroughAllOfIt() throws Exception {
    // Given
    Path folder = Files.createTempDirectory(Path.of("target"), "broker-");
    var set = new AtomicReference<>(Duration.ZERO);
    try (BrokerFixture cluster = BrokerFixture.at(folder);
        var replica =
            new IngestReplica(
                Map.of("bootstrap.servers", cluster.broker.address()),
                Map.of("group", "outage", "checkpoint", "1s"),
                () -> Instant.now().plus(set.get()))) {

      // When the broker is absent at the start
      await(replica, "the broker cannot be reached");
      cluster.broker.start();

      // Then
      ready(replica);
      cluster.sample("a", Instant.now(), 1000);
      applied(cluster, replica, 1);

      // When the monitor's clock jumps, further than jobs are kept
      set.set(Duration.ofHours(2));
      cluster.sample("a", Instant.now(), 500);
      applied(cluster, replica, 2);
      IngestReplica.await(
          "an expiry", TIMEOUT, () -> hasExpired(replica, Instant.now().plusSeconds(3600)));

      // Then no job is forgotten by that
      assertThat(replica.job("a").peaks().reserved()).isEqualTo(new MemorySize(1000));
      set.set(Duration.ZERO);
      IngestReplica.await(
          "an expiry", TIMEOUT, () -> !hasExpired(replica, Instant.now().plusSeconds(60)));

      // When a producer's clock is ahead
      cluster.sample("a", Instant.now().plusSeconds(600), 1 << 20);
      cluster.sample("a", Instant.now(), 700);
      applied(cluster, replica, 3);

      // Then its sample is counted and not folded
      assertThat(replica.job("a").tally().skewed()).isEqualTo(1);
      assertThat(replica.job("a").peaks().reserved()).isEqualTo(new MemorySize(1000));

      // When the topic of samples is deleted
      cluster.delete(Topics.MEMORY_SAMPLES);
      IngestReplica.await(
          "the topic", TIMEOUT, () -> cluster.topics().contains(Topics.MEMORY_SAMPLES));
      taken(cluster, 800);

      // Then it is made anew, and what was known holds
      applied(cluster, replica, 4);
      ready(replica);
      assertThat(replica.job("a").peaks().reserved()).isEqualTo(new MemorySize(1000));

      // When the disk is emptied
      cluster.broker.kill();
      await(replica, "the broker cannot be reached");
      cluster.broker.empty();
      cluster.broker.start();

      // Then
      ready(replica);
      cluster.sample("b", Instant.now(), 900);
      cluster.flush();
      IngestReplica.await("b", TIMEOUT, () -> replica.owns("b"));
      assertThat(replica.job("b").peaks().reserved()).isEqualTo(new MemorySize(900));
      assertThat(replica.met(Topics.MEMORY_SAMPLES, RecordOutcome.REJECTED)).isZero();
    }
  }

  private static void ready(IngestReplica replica) {
    IngestReplica.await("ready", TIMEOUT, replica::isReady);
  }

  private static void applied(BrokerFixture cluster, IngestReplica replica, long samples) {
    cluster.flush();
    IngestReplica.await(
        samples + " applied",
        TIMEOUT,
        () -> replica.owns("a") && replica.job("a").tally().applied() == samples);
  }

  /// Sends a sample until the broker takes it: a producer that knew the topic before may be told
  /// that its sequence is another.
  private static void taken(BrokerFixture cluster, long bytes) {
    long before = cluster.acknowledged.get();
    IngestReplica.await(
        "a sample that is taken",
        TIMEOUT,
        () -> {
          cluster.sample("a", Instant.now(), bytes);
          cluster.flush();
          return cluster.acknowledged.get() > before;
        });
  }

  private static boolean hasExpired(IngestReplica replica, Instant after) {
    return replica.keeper.snapshot().at().isAfter(after);
  }

  private static void await(IngestReplica replica, String problem) {
    IngestReplica.await(
        problem,
        TIMEOUT,
        () -> replica.status.notReadyReason().filter(t -> t.contains(problem)).isPresent());
  }
}
