package dev.headroom.ingest.samples;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.live.LedgerKeeper;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// The jobs of owned partitions in the ledger: theirs to be made live, handed over and forgotten.
public record OwnedJobs(LedgerKeeper keeper, InstantSource clock) {

  Snapshot snapshot() {
    return keeper.snapshot();
  }

  /// Makes the jobs of a partition live.
  ///
  /// @return by job, the first sample that its summary does not contain
  Map<String, SampleOffset> restore(int partition) {
    Outcome outcome = fold(List.of(new Arrival.PartitionAssigned(partition))).getFirst();
    return outcome instanceof Outcome.Assigned(Map<String, SampleOffset> offsets)
        ? offsets
        : Map.of();
  }

  /// Shows the jobs of partitions as they are now, until their next owner writes newer summaries.
  void release(Collection<Integer> partitions) {
    foldEach(partitions, Arrival.PartitionRevoked::new);
  }

  /// Forgets the jobs of partitions until their summaries are read again.
  void lose(Collection<Integer> partitions) {
    foldEach(partitions, Arrival.PartitionLost::new);
  }

  private void foldEach(Collection<Integer> partitions, IntFunction<Arrival> departure) {
    var _ = fold(partitions.stream().map(departure::apply).toList());
  }

  /// @throws RuntimeException if one cannot be folded, which is a bug
  private List<Outcome> fold(List<Arrival> arrivals) {
    List<Outcome> outcomes = keeper.fold(arrivals, clock.instant());
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Outcome.Failed(RuntimeException cause)) {
        throw cause;
      }
    }
    return outcomes;
  }
}
