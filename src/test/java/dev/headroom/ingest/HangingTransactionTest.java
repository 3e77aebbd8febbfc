package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// klag-exporter#104: a transaction that nobody ends holds back all that is committed behind it.
class HangingTransactionTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Test
  void samplesBehindAnOpenTransactionCount() throws Exception {
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
      Instant now = Instant.now().minusSeconds(5);
      byte[] first = MemorySampleEncoder.encode(BrokerFixture.sampleOf("job", now, 1000));
      hanging.send(new ProducerRecord<>(Topics.MEMORY_SAMPLES, "job".getBytes(UTF_8), first)).get();

      // When
      for (int second = 1; second <= 3; second++) {
        cluster.sample("job", now.plusSeconds(second), 2000);
      }
      cluster.flush();

      // Then: with the transaction still open
      IngestReplica.await(
          "all applied",
          TIMEOUT,
          () -> replica.met(Topics.MEMORY_SAMPLES, RecordOutcome.APPLIED) == 4);
      assertThat(replica.job("job").tally().applied()).isEqualTo(4);
      hanging.abortTransaction();
    }
  }
}
