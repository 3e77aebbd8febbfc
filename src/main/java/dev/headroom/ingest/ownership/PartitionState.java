package dev.headroom.ingest.ownership;

import dev.headroom.ledger.state.SampleOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a replica is to one partition of the samples.
public sealed interface PartitionState {

  /// The group assigned it. It is paused, and its position is not known yet.
  record Assigned() implements PartitionState {}

  /// Its position is known. Its jobs are not: the summaries have to be read up to `goal` first.
  ///
  /// @param position the first sample that its last owner did not commit
  /// @param end the end of the partition
  /// @param goal the end of the summaries, by partition of theirs
  record WaitingForSummaries(long position, long end, Map<Integer, Long> goal)
      implements PartitionState {

    public WaitingForSummaries {
      goal = Map.copyOf(goal);
    }

    boolean isReached(Map<Integer, Long> positions) {
      return goal.entrySet().stream()
          .allMatch(e -> positions.getOrDefault(e.getKey(), -1L) >= e.getValue());
    }

    /// @param offsets by job, the first sample that is not in its summary
    Owned restored(Map<String, SampleOffset> offsets, @Nullable String topic) {
      var contained = new HashMap<String, Long>();
      offsets.forEach(
          (job, offset) -> {
            if (isOf(topic, offset) && offset.offset() > position) {
              contained.put(job, offset.offset());
            }
          });
      return new Owned(position, contained);
    }

    /// Whether an offset is one of this topic. An older monitor does not say of which topic it was;
    /// then one beyond the end is of a topic that was deleted since.
    private boolean isOf(@Nullable String topic, SampleOffset offset) {
      return offset.topic() == null ? offset.offset() <= end : offset.topic().equals(topic);
    }
  }

  /// Its samples are folded here.
  ///
  /// @param next the first sample that is not folded
  /// @param contained by job, the first sample that is not in the summary it was restored from;
  ///     only jobs whose summaries contain samples from `next` on
  record Owned(long next, Map<String, Long> contained) implements PartitionState {

    public Owned {
      contained = Map.copyOf(contained);
    }

    /// Whether a sample is in the summary that its job was restored from.
    public boolean contains(String job, long offset) {
      return offset < contained.getOrDefault(job, 0L);
    }

    Owned folded(long first) {
      return new Owned(first, after(contained, first));
    }

    /// The jobs whose summaries contain samples from an offset on.
    private static Map<String, Long> after(Map<String, Long> contained, long first) {
      if (contained.isEmpty()) {
        return contained;
      }
      var left = new HashMap<>(contained);
      left.values().removeIf(offset -> offset <= first);
      return left;
    }
  }

  /// The group waits for it. It goes once a checkpoint has ended; nothing is folded until then.
  record Leaving(Owned last) implements PartitionState {}

  /// It went to another replica, and everything folded here is written.
  record Released() implements PartitionState {}

  /// Another replica may have folded samples of it since. What is known of its jobs is void.
  record Lost() implements PartitionState {}
}
