package dev.headroom.live;

import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;

/// Holds the newest snapshot of the ledger. One writer at a time changes it; readers never wait.
@ApplicationScoped
public class LedgerKeeper {

  private volatile Snapshot snapshot = Snapshot.empty(LedgerLimits.DEFAULT);

  /// The newest snapshot.
  public Snapshot snapshot() {
    return snapshot;
  }

  /// What a change makes of the snapshot it was given, and whatever else it has to tell.
  public record Change<T>(Snapshot snapshot, T result) {}

  /// Puts the outcome of a change in the place of the snapshot it was given.
  public synchronized <T> T change(Function<Snapshot, Change<T>> change) {
    Change<T> changed = change.apply(snapshot);
    snapshot = changed.snapshot();
    return changed.result();
  }
}
