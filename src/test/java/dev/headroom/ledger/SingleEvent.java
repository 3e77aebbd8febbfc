package dev.headroom.ledger;

import dev.headroom.ledger.event.JobEvent;
import java.time.Instant;
import java.util.List;

/// One arrival folded alone: the ledger afterwards, and what became of the arrival.
public record SingleEvent(Snapshot snapshot, Outcome outcome) {

  /// Folds an event.
  ///
  /// @param partition of the samples' topic to which the event's job or GPU belongs
  /// @param now by the monitor's own clock
  public static SingleEvent fold(Snapshot snapshot, JobEvent event, int partition, Instant now) {
    return fold(snapshot, new Arrival.Received(event, partition), now);
  }

  public static SingleEvent fold(Snapshot snapshot, Arrival arrival, Instant now) {
    Ledger.Folded folded = Ledger.fold(snapshot, List.of(arrival), now);
    return new SingleEvent(folded.snapshot(), folded.outcomes().getFirst());
  }

  public Verdict verdict() {
    return outcome.verdict();
  }

  /// A partition, read to its end, is ours.
  public static Snapshot assigned(Snapshot snapshot, int partition, Instant now) {
    return fold(snapshot, new Arrival.PartitionAssigned(partition), now).snapshot();
  }

  /// Without what ended or fell silent.
  public static Snapshot expired(Snapshot snapshot, Instant now) {
    return fold(snapshot, new Arrival.TimePassed(), now).snapshot();
  }
}
