package dev.headroom.ingest.ownership;

import dev.headroom.ingest.ownership.PartitionState.Owned;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What has to be done next. Commands are carried out at once and in their order.
public sealed interface OwnershipCommand {

  /// Fetch nothing of these partitions.
  record Pause(Set<Integer> partitions) implements OwnershipCommand {}

  /// Fetch from this partition, from its position on.
  record Resume(int partition, long position, int contained) implements OwnershipCommand {}

  /// Ask where a partition stands. Answered by [OwnershipEvent.PositionKnown], or by nothing: then
  /// the command is given again.
  record AskPosition(int partition) implements OwnershipCommand {}

  /// Make the jobs of a partition this replica's own. Answered by [OwnershipEvent.JobsRestored].
  record FoldAssigned(int partition) implements OwnershipCommand {}

  /// The jobs of these partitions are another replica's, and their summaries are written.
  record FoldRevoked(Set<Integer> partitions) implements OwnershipCommand {}

  /// The jobs of these partitions are to be forgotten until their summaries are read again.
  record FoldLost(Set<Integer> partitions) implements OwnershipCommand {}

  /// Read the summaries from their beginning once more.
  record RewindSummaries() implements OwnershipCommand {}

  /// Write the summaries and commit the positions, both as they are at this instant. Answered by
  /// [OwnershipEvent.CheckpointEnded].
  ///
  /// @param topic the id of the samples' topic; null while it is not known
  /// @param owned the owned partitions that may be committed
  /// @param isAwaited whether nothing may happen until it has ended
  record WriteCheckpoint(@Nullable String topic, Map<Integer, Owned> owned, boolean isAwaited)
      implements OwnershipCommand {

    public WriteCheckpoint {
      owned = Map.copyOf(owned);
    }

    /// The first sample of a job's partition that is not in its summary; 0 if none is in it.
    public long offset(String job, int partition) {
      Owned of = owned.get(partition);
      return of == null ? 0 : Math.max(of.next(), of.contained().getOrDefault(job, 0L));
    }
  }

  /// Wait until the checkpoint under way has ended. Answered by [OwnershipEvent.CheckpointEnded].
  record AwaitCheckpoint() implements OwnershipCommand {}

  /// Join the group anew with another consumer.
  record Rejoin() implements OwnershipCommand {}
}
