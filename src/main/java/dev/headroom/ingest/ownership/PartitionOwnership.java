package dev.headroom.ingest.ownership;

import dev.headroom.ingest.ownership.OwnershipCommand.FoldLost;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.PartitionState.Assigned;
import dev.headroom.ingest.ownership.PartitionState.Lost;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ingest.ownership.PartitionState.Released;
import dev.headroom.ingest.ownership.PartitionState.WaitingForSummaries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which partitions of the samples this replica owns, and what has to happen when that changes.
///
/// An assigned partition waits until the summaries are read up to what its last owner wrote. Then
/// its jobs are owned, and samples that those summaries contain are passed over. Before a partition
/// goes, a checkpoint is written. If that fails, its jobs are forgotten and read again.
///
/// ```
/// Assigned → WaitingForSummaries → Owned → Leaving → Released | Lost
/// ```
///
/// @param topic the id of the samples' topic; null while it is not known
/// @param isMember whether the group has assigned anything since it was joined
/// @param checkpoint what is under way
/// @param isRejoining whether the group is joined anew once the checkpoint has ended
public record PartitionOwnership(
    @Nullable String topic,
    boolean isMember,
    Checkpoint checkpoint,
    boolean isRejoining,
    AssignedPartitions partitions) {

  /// A checkpoint under way: none, one beside the samples, or the last one before partitions go.
  public enum Checkpoint {
    NONE,
    BESIDE_SAMPLES,
    BEFORE_LEAVING
  }

  /// What an event leads to.
  ///
  /// @param commands to be carried out in this order
  public record Step(PartitionOwnership next, List<OwnershipCommand> commands) {

    public Step {
      commands = List.copyOf(commands);
    }
  }

  /// Nothing assigned yet.
  public static PartitionOwnership none() {
    return new PartitionOwnership(null, false, Checkpoint.NONE, false, AssignedPartitions.NONE);
  }

  /// The state after an event, and the commands that follow from it.
  public Step after(OwnershipEvent event) {
    return switch (event) {
      case OwnershipEvent.PartitionsAssigned assigned -> assigned(assigned.partitions());
      case OwnershipEvent.PositionKnown known -> positionKnown(known);
      case OwnershipEvent.SummariesRead read -> new Step(this, dueWith(read));
      case OwnershipEvent.JobsRestored restored -> restored(restored);
      case OwnershipEvent.SamplesFolded folded -> step(with(partitions.folded(folded.next())));
      case OwnershipEvent.CheckpointDue _ -> checkpointDue();
      case OwnershipEvent.CheckpointEnded ended -> checkpointEnded(ended.isWritten());
      case OwnershipEvent.PartitionsRevoked revoked ->
          with(partitions.revoked(revoked.partitions())).leave();
      case OwnershipEvent.PartitionsLost lost ->
          voided(lost.partitions(), lost(lost.partitions(), false));
      case OwnershipEvent.TopicSeen seen -> topicSeen(seen.id());
      case OwnershipEvent.ConsumerFailed _ -> voided(partitions.owned(), rejoined(null));
    };
  }

  private Step assigned(Set<Integer> given) {
    var fresh = new TreeSet<>(given);
    fresh.removeAll(partitions.owned());
    AssignedPartitions all = partitions.with(fresh, new Assigned());
    return step(
        new PartitionOwnership(topic, true, checkpoint, isRejoining, all),
        new OwnershipCommand.Pause(fresh));
  }

  private Step positionKnown(OwnershipEvent.PositionKnown known) {
    int partition = known.partition();
    var waiting = new WaitingForSummaries(known.position(), known.end(), known.summariesEnd());
    return partitions.get(partition) instanceof Assigned
        ? step(with(partitions.with(Set.of(partition), waiting)))
        : step(this);
  }

  private List<OwnershipCommand> dueWith(OwnershipEvent.SummariesRead read) {
    var commands = new ArrayList<OwnershipCommand>();
    for (int partition : partitions.waiting()) {
      if (!(partitions.get(partition) instanceof WaitingForSummaries waiting)) {
        commands.add(new OwnershipCommand.AskPosition(partition));
      } else if (topic != null && read.isReady() && waiting.isReached(read.positions())) {
        commands.add(new OwnershipCommand.FoldAssigned(partition));
      }
    }
    return commands;
  }

  private Step restored(OwnershipEvent.JobsRestored restored) {
    int partition = restored.partition();
    if (!(partitions.get(partition) instanceof WaitingForSummaries waiting)) {
      return step(this);
    }
    return step(
        with(partitions.with(Set.of(partition), waiting.restored(restored.offsets(), topic))),
        new OwnershipCommand.Resume(partition, waiting.position(), restored.offsets().size()));
  }

  private Step checkpointDue() {
    return checkpoint == Checkpoint.NONE
        ? step(
            with(Checkpoint.BESIDE_SAMPLES),
            new WriteCheckpoint(topic, partitions.committable(), false))
        : step(this);
  }

  private Step checkpointEnded(boolean isWritten) {
    return switch (checkpoint) {
      case NONE -> step(this);
      case BESIDE_SAMPLES -> with(Checkpoint.NONE).leave();
      case BEFORE_LEAVING -> with(Checkpoint.NONE).left(isWritten);
    };
  }

  /// Writes the last checkpoint if a partition waits for it, once none is under way.
  private Step leave() {
    if (partitions.leaving().isEmpty()) {
      return step(this);
    }
    if (checkpoint != Checkpoint.NONE) {
      return step(this, new OwnershipCommand.AwaitCheckpoint());
    }
    // The positions in a topic that is no more mean nothing.
    Map<Integer, Owned> committable = isRejoining ? Map.of() : partitions.committable();
    return step(with(Checkpoint.BEFORE_LEAVING), new WriteCheckpoint(topic, committable, true));
  }

  private Step left(boolean isWritten) {
    Set<Integer> leaving = partitions.leaving();
    var revoked = new OwnershipCommand.FoldRevoked(leaving);
    if (isRejoining) {
      return step(rejoined(topic), revoked, new OwnershipCommand.Rejoin());
    }
    return isWritten
        ? step(with(partitions.with(leaving, new Released())), revoked)
        : voided(leaving, lost(leaving, isMember));
  }

  /// A topic that was made anew has other samples at the same offsets. The summaries are written
  /// once more, without positions, and the group is joined anew.
  private Step topicSeen(String id) {
    if (topic == null || topic.equals(id)) {
      return step(new PartitionOwnership(id, isMember, checkpoint, isRejoining, partitions));
    }
    AssignedPartitions leaving = partitions.allLeaving();
    return leaving.owned().isEmpty()
        ? step(rejoined(id), new OwnershipCommand.Rejoin())
        : new PartitionOwnership(id, false, checkpoint, true, leaving).leave();
  }

  /// What is known of the jobs of owned partitions is void: it is read again.
  private Step voided(Set<Integer> lost, PartitionOwnership next) {
    var owned = new TreeSet<>(partitions.owned());
    owned.retainAll(lost);
    return owned.isEmpty()
        ? step(next)
        : step(next, new FoldLost(owned), new OwnershipCommand.RewindSummaries());
  }

  private PartitionOwnership lost(Set<Integer> lost, boolean isStillMember) {
    return new PartitionOwnership(
        topic, isStillMember, checkpoint, isRejoining, partitions.with(lost, new Lost()));
  }

  private PartitionOwnership rejoined(@Nullable String id) {
    return new PartitionOwnership(id, false, checkpoint, false, AssignedPartitions.NONE);
  }

  private PartitionOwnership with(AssignedPartitions changed) {
    return new PartitionOwnership(topic, isMember, checkpoint, isRejoining, changed);
  }

  private PartitionOwnership with(Checkpoint changed) {
    return new PartitionOwnership(topic, isMember, changed, isRejoining, partitions);
  }

  private static Step step(PartitionOwnership next, OwnershipCommand... commands) {
    return new Step(next, List.of(commands));
  }
}
