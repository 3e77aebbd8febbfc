package dev.headroom.live;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.JobEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What the ledger of a running monitor knows in a test, and that it forgets it afterwards.
public final class LedgerContents {

  private static final Instant LONG_AFTER = Instant.parse("2100-01-01T00:00:00Z");

  private LedgerContents() {}

  /// Folds events of our own partition 0, two seconds after the start.
  public static void know(LedgerKeeper keeper, JobEvent... events) {
    var arrivals = new ArrayList<Arrival>();
    arrivals.add(new Arrival.PartitionAssigned(0));
    for (JobEvent event : events) {
      arrivals.add(new Arrival.Received(event, 0));
    }
    var _ = keeper.fold(arrivals, SnapshotBuilder.START.plusSeconds(2));
  }

  /// Forgets every job and GPU.
  public static void forget(LedgerKeeper keeper) {
    var lost = new Arrival.PartitionLost(0);
    var _ = keeper.fold(List.of(lost, new Arrival.TimePassed()), LONG_AFTER);
  }
}
