package dev.headroom.ingest.samples;

import dev.headroom.ingest.batch.SentLetters;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ledger.state.JobState;
import dev.headroom.wire.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// What one checkpoint writes, all of it as at one instant.
///
/// @param changed jobs of our own that are not written as they are
/// @param ended those that are no longer listed, as they ended
/// @param forgotten those whose summaries go
/// @param checkpoint what is committed with them
/// @param group the member that commits; none that was replaced since can
/// @param letters the dead letters of samples that are committed
record SummaryBatch(
    List<JobState> changed,
    List<JobState> ended,
    Set<String> forgotten,
    Instant at,
    WriteCheckpoint checkpoint,
    ConsumerGroupMetadata group,
    SentLetters letters) {

  SummaryBatch {
    changed = List.copyOf(changed);
    ended = List.copyOf(ended);
    forgotten = Set.copyOf(forgotten);
  }

  boolean hasSummaries() {
    return !changed.isEmpty() || !ended.isEmpty() || !forgotten.isEmpty();
  }

  /// What is committed: the first samples that are not folded, each with the id of its topic.
  Map<TopicPartition, OffsetAndMetadata> positions() {
    String topic = checkpoint.topic() == null ? "" : checkpoint.topic();
    var positions = new HashMap<TopicPartition, OffsetAndMetadata>();
    checkpoint
        .owned()
        .forEach(
            (partition, owned) ->
                positions.put(
                    new TopicPartition(Topics.MEMORY_SAMPLES, partition),
                    new OffsetAndMetadata(owned.next(), topic)));
    return positions;
  }
}
