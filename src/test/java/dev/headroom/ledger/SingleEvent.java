package dev.headroom.ledger;

import dev.headroom.ledger.event.JobEvent;
import java.time.Instant;

/// One event folded alone: the ledger afterwards, and what became of the event.
public record SingleEvent(Snapshot snapshot, Verdict verdict) {

  /// Folds an event.
  ///
  /// @param partition of the samples' topic to which the event's job or GPU belongs
  /// @param now by the monitor's own clock
  public static SingleEvent fold(Snapshot snapshot, JobEvent event, int partition, Instant now) {
    EventBatch batch = Ledger.begin(snapshot, now);
    Verdict verdict = batch.add(event, partition);
    return new SingleEvent(batch.finish(), verdict);
  }
}
