package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.samples.SummaryCheckpoint;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.junit.jupiter.api.Test;

/// What a topic does not take is not in the way of the rest.
class SummaryTooLargeTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final ConsumerGroupMetadata GROUP = new ConsumerGroupMetadata("g");

  private final IngestStatus status = new IngestStatus();

  @Test
  void aSummaryThatIsTooLargeIsLeftOutAndTheOthersAreWritten() throws Exception {
    try (BrokerFixture cluster = BrokerFixture.started()) {
      // Given
      cluster.create(Topics.JOB_SUMMARIES, Map.of("max.message.bytes", "4000"));
      var clients = new KafkaClients(Map.of("bootstrap.servers", cluster.broker.address()));
      var plenty = new TokenBucket(1, 1, System::nanoTime);
      try (var producer = clients.producer();
          var checkpoint =
              new SummaryCheckpoint(
                  clients::transactional,
                  new DeadLetters(
                      (letter, told) -> {
                        var _ = producer.send(letter, told);
                      },
                      status,
                      plenty,
                      plenty),
                  status,
                  Duration.ofSeconds(1),
                  System::nanoTime)) {
        Snapshot snapshot = snapshot();

        // When
        boolean first = isWritten(checkpoint, snapshot);
        String problem = status.notReadyReason().orElse("");
        boolean second = isWritten(checkpoint, snapshot);

        // Then
        assertThat(first).isFalse();
        assertThat(problem).contains("cannot be written to Kafka");
        assertThat(second).isTrue();
        assertThat(status.notReadyReason()).isEmpty();
        assertThat(cluster.read(Topics.JOB_SUMMARIES))
            .extracting(record -> new String(record.key(), UTF_8))
            .containsExactly("small");
      }
    }
  }

  private static boolean isWritten(SummaryCheckpoint checkpoint, Snapshot snapshot) {
    checkpoint.begin(snapshot, new WriteCheckpoint("id", Map.of(), true), GROUP);
    return checkpoint.await();
  }

  /// A job of one rank, and one of more than fit into a message.
  private static Snapshot snapshot() {
    var arrivals = new ArrayList<Arrival>();
    arrivals.add(new Arrival.PartitionAssigned(0));
    arrivals.add(new Arrival.Received(new MemorySampled(sample("small", 0)), 0));
    for (int rank = 0; rank < 500; rank++) {
      arrivals.add(new Arrival.Received(new MemorySampled(sample("wide", rank)), 0));
    }
    return Ledger.fold(Snapshot.empty(LedgerLimits.DEFAULT), arrivals, NOW).snapshot();
  }

  private static MemorySample sample(String job, int rank) {
    return MemorySample.builder(job, "GPU-" + UUID.randomUUID(), NOW)
        .rank(rank)
        .reserved(new MemorySize(1000))
        .build();
  }
}
