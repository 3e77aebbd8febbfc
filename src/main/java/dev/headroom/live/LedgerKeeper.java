package dev.headroom.live;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Snapshot;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;

/// Holds the newest snapshot of the ledger. One writer at a time folds; readers never wait.
@ApplicationScoped
public class LedgerKeeper {

  private volatile Snapshot snapshot;

  /// Nothing is known yet.
  @Inject
  public LedgerKeeper(LedgerLimits limits) {
    this(Snapshot.empty(limits));
  }

  /// Begins with what is known.
  public LedgerKeeper(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  /// The newest snapshot.
  public Snapshot snapshot() {
    return snapshot;
  }

  /// Folds arrivals into the newest snapshot.
  ///
  /// @param now by the monitor's own clock
  /// @return one outcome for each arrival, in their order
  public synchronized List<Outcome> fold(List<Arrival> arrivals, Instant now) {
    Ledger.Folded folded = Ledger.fold(snapshot, arrivals, now);
    snapshot = folded.snapshot();
    return folded.outcomes();
  }
}
