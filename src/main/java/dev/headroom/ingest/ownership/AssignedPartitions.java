package dev.headroom.ingest.ownership;

import dev.headroom.ingest.ownership.PartitionState.Assigned;
import dev.headroom.ingest.ownership.PartitionState.Leaving;
import dev.headroom.ingest.ownership.PartitionState.Lost;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ingest.ownership.PartitionState.Released;
import dev.headroom.ingest.ownership.PartitionState.WaitingForSummaries;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The state of every partition that was ever assigned. Immutable.
public record AssignedPartitions(Map<Integer, PartitionState> states) {

  static final AssignedPartitions NONE = new AssignedPartitions(Map.of());

  public AssignedPartitions {
    states = Map.copyOf(states);
  }

  /// The state of a partition; null if it was never assigned.
  public @Nullable PartitionState get(int partition) {
    return states.get(partition);
  }

  /// Those that are owned, those that are about to leave too.
  public Set<Integer> owned() {
    return in(state -> state instanceof Owned || state instanceof Leaving);
  }

  /// Those that are assigned and not owned yet.
  public Set<Integer> waiting() {
    return in(state -> state instanceof Assigned || state instanceof WaitingForSummaries);
  }

  Set<Integer> leaving() {
    return in(Leaving.class::isInstance);
  }

  /// Those whose positions may be committed.
  Map<Integer, Owned> committable() {
    var all = new TreeMap<Integer, Owned>();
    states.forEach(
        (partition, state) -> {
          switch (state) {
            case Owned owned -> all.put(partition, owned);
            case Leaving leaving -> all.put(partition, leaving.last());
            case Assigned _, WaitingForSummaries _, Released _, Lost _ -> {}
          }
        });
    return all;
  }

  AssignedPartitions with(Set<Integer> changed, PartitionState state) {
    var next = new TreeMap<>(states);
    changed.forEach(partition -> next.put(partition, state));
    return new AssignedPartitions(next);
  }

  /// @param next by partition, the first sample that is not folded
  AssignedPartitions folded(Map<Integer, Long> next) {
    var changed = new TreeMap<>(states);
    next.forEach(
        (partition, first) -> {
          if (states.get(partition) instanceof Owned owned) {
            changed.put(partition, owned.folded(first));
          }
        });
    return new AssignedPartitions(changed);
  }

  /// The group asked for partitions back: what is owned leaves, the rest is released at once.
  AssignedPartitions revoked(Set<Integer> revoked) {
    var changed = new TreeMap<>(states);
    revoked.forEach(
        partition ->
            changed.put(
                partition,
                states.get(partition) instanceof Owned owned
                    ? new Leaving(owned)
                    : new Released()));
    return new AssignedPartitions(changed);
  }

  /// What is owned leaves, and the rest was never assigned.
  AssignedPartitions allLeaving() {
    var changed = new TreeMap<Integer, PartitionState>();
    committable().forEach((partition, owned) -> changed.put(partition, new Leaving(owned)));
    return new AssignedPartitions(changed);
  }

  private Set<Integer> in(Predicate<PartitionState> wanted) {
    var found = new TreeSet<Integer>();
    states.forEach(
        (partition, state) -> {
          if (wanted.test(state)) {
            found.add(partition);
          }
        });
    return found;
  }
}
