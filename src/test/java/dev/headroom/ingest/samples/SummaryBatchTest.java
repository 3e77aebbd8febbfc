package dev.headroom.ingest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is committed with a batch of summaries.
class SummaryBatchTest {

  @Test
  void eachOwnedPartitionsPositionIsCommittedWithItsTopic() {
    assertThat(batch("id", Set.of()).positions())
        .containsOnly(
            Map.entry(samples(0), new OffsetAndMetadata(5, "id")),
            Map.entry(samples(3), new OffsetAndMetadata(9, "id")));
    assertThat(batch(null, Set.of()).positions().get(samples(3)))
        .isEqualTo(new OffsetAndMetadata(9, ""));
  }

  @Test
  void aForgottenJobIsAReasonToWrite() {
    assertThat(batch("id", Set.of()).hasSummaries()).isFalse();
    assertThat(batch("id", Set.of("a")).hasSummaries()).isTrue();
  }

  @Test
  void itIsAsOfOneInstant() {
    // Given
    var forgotten = new HashSet<>(Set.of("a"));
    SummaryBatch batch = batch("id", forgotten);

    // When
    forgotten.clear();

    // Then
    assertThat(batch.forgotten()).containsExactly("a");
  }

  private static SummaryBatch batch(@Nullable String topic, Set<String> forgotten) {
    var bucket = new TokenBucket(1, 1, () -> 0);
    return new SummaryBatch(
        List.of(),
        List.of(),
        forgotten,
        Instant.EPOCH,
        new WriteCheckpoint(
            topic, Map.of(0, new Owned(5, Map.of("a", 7L)), 3, new Owned(9, Map.of())), false),
        new ConsumerGroupMetadata("g"),
        new DeadLetters((_, _) -> {}, new IngestStatus(), bucket, bucket).sent());
  }

  private static TopicPartition samples(int partition) {
    return new TopicPartition(Topics.MEMORY_SAMPLES, partition);
  }
}
