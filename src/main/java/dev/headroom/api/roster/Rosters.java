package dev.headroom.api.roster;

import dev.headroom.ledger.Snapshot;
import dev.headroom.live.LedgerKeeper;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Keeps the roster of the newest snapshot, so that requests and events share its work.
@Singleton
public final class Rosters {

  private final LedgerKeeper keeper;
  private volatile @Nullable JobRoster newest;

  public Rosters(LedgerKeeper keeper) {
    this.keeper = keeper;
  }

  /// The jobs as they are now.
  @SuppressWarnings("ReferenceEquality") // the very snapshot: comparing its jobs would cost more
  public JobRoster now() {
    Snapshot snapshot = keeper.snapshot();
    JobRoster known = newest;
    if (known != null && known.snapshot() == snapshot) {
      return known;
    }
    JobRoster fresh = new JobRoster(snapshot);
    newest = fresh;
    return fresh;
  }
}
