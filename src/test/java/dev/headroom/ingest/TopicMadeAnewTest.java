package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The topic of samples is deleted and made anew while no monitor runs. The summaries say of which
/// topic their offsets are, so they hide no sample of the new one.
class TopicMadeAnewTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Test
  void noSampleOfTheNewTopicIsLost() throws Exception {
    try (BrokerFixture cluster = BrokerFixture.started()) {
      // Given
      Instant t0 = Instant.now().minusSeconds(60);
      try (var before = replica(cluster)) {
        IngestReplica.await("ready", TIMEOUT, before::isReady);
        for (int i = 0; i < 50; i++) {
          cluster.sample("a", t0.plusMillis(i), 1000);
        }
        cluster.flush();
        IngestReplica.await("50 applied", TIMEOUT, () -> before.applied() == 50);
      }
      assertThat(cluster.read(Topics.JOB_SUMMARIES))
          .last()
          .satisfies(
              summary ->
                  assertThat(new String(summary.value(), UTF_8))
                      .contains("\"offset\":50", "\"topic_id\":"));

      // When
      cluster.delete(Topics.MEMORY_SAMPLES);
      IngestReplica.await(
          "the topic is gone", TIMEOUT, () -> !cluster.topics().contains(Topics.MEMORY_SAMPLES));
      cluster.create(Topics.MEMORY_SAMPLES, Map.of());
      for (int i = 50; i < 110; i++) {
        cluster.sample("a", t0.plusMillis(i), 1000);
      }
      cluster.flush();

      // Then
      try (var after = replica(cluster)) {
        IngestReplica.await("110 applied", TIMEOUT, () -> after.applied() == 110);
        assertThat(after.job("a").tally().late()).isZero();
        assertThat(after.job("a").tally().duplicate()).isZero();
      }
    }
  }

  private static IngestReplica replica(BrokerFixture cluster) {
    return new IngestReplica(
        Map.of("bootstrap.servers", cluster.broker.address()),
        Map.of("group", "anew", "checkpoint", "1s", "sample-partitions", "1"));
  }
}
