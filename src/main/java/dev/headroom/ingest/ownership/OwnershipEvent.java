package dev.headroom.ingest.ownership;

import dev.headroom.ledger.state.SampleOffset;
import java.util.Map;
import java.util.Set;

/// What happens to the partitions of a replica. Partitions are numbers, of the samples' topic.
public sealed interface OwnershipEvent {

  /// The consumer group assigned partitions to this replica.
  record PartitionsAssigned(Set<Integer> partitions) implements OwnershipEvent {}

  /// The broker said where an assigned partition stands.
  ///
  /// @param position the first sample that is not committed; known once no transaction is pending
  /// @param end the end of the partition
  /// @param summariesEnd the end of the summaries afterwards, by partition of theirs
  record PositionKnown(int partition, long position, long end, Map<Integer, Long> summariesEnd)
      implements OwnershipEvent {}

  /// How far the summaries are read.
  ///
  /// @param positions by partition of theirs; empty while they are to be read again
  /// @param isReady whether all else is read that has to be known before samples
  record SummariesRead(Map<Integer, Long> positions, boolean isReady) implements OwnershipEvent {}

  /// The jobs of a partition are owned by this replica in the ledger.
  ///
  /// @param offsets by job, the first sample that is not in its summary
  record JobsRestored(int partition, Map<String, SampleOffset> offsets) implements OwnershipEvent {}

  /// Samples were folded.
  ///
  /// @param next by partition, the first sample that is not folded
  record SamplesFolded(Map<Integer, Long> next) implements OwnershipEvent {}

  /// It is time for a checkpoint.
  record CheckpointDue() implements OwnershipEvent {}

  /// The checkpoint that was begun has ended.
  record CheckpointEnded(boolean isWritten) implements OwnershipEvent {}

  /// The consumer group asks for partitions back, and waits.
  record PartitionsRevoked(Set<Integer> partitions) implements OwnershipEvent {}

  /// The consumer group took partitions away, and did not wait.
  record PartitionsLost(Set<Integer> partitions) implements OwnershipEvent {}

  /// The samples' topic was looked at.
  ///
  /// @param id another one than before says that the topic was deleted and made anew
  record TopicSeen(String id) implements OwnershipEvent {}

  /// The consumer failed and is replaced.
  record ConsumerFailed() implements OwnershipEvent {}
}
