package dev.headroom.ingest;

import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.LedgerKeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Forgets, once in a while, what ended or fell silent long enough ago. How long ago is judged by
/// the clock, so it is noticed here when the clock is set: nothing becomes old by that. Of one
/// thread.
final class Sweep {

  private static final Logger LOG = Logger.getLogger(Sweep.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /// More than a clock drifts in the longest pause between two sweeps.
  private static final Duration SET = Duration.ofSeconds(2);

  private final LedgerKeeper keeper;
  private final Marks marks;
  private final Checkpoint checkpoint;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private Instant last;
  private long lastNanos;

  /// @param clock may be set at any time
  /// @param nanoTime only goes forward
  Sweep(
      LedgerKeeper keeper,
      Marks marks,
      Checkpoint checkpoint,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.keeper = keeper;
    this.marks = marks;
    this.checkpoint = checkpoint;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.last = clock.instant();
    this.lastNanos = nanoTime.getAsLong();
  }

  /// Sweeps if it is time to.
  void maybe() {
    long nanos = nanoTime.getAsLong();
    if (nanos - lastNanos < PERIOD.toNanos()) {
      return;
    }
    Instant now = clock.instant();
    Duration set = Duration.between(last, now).minusNanos(nanos - lastNanos);
    last = now;
    lastNanos = nanos;
    if (set.abs().compareTo(SET) > 0) {
      LOG.warnf("the clock was set by %s", set);
      keeper.change(snapshot -> new LedgerKeeper.Change<>(Ledger.shifted(snapshot, set, now), set));
    }
    sweep(now);
  }

  private void sweep(Instant now) {
    Snapshot before = keeper.snapshot();
    Ledger.Swept swept =
        keeper.change(
            snapshot -> {
              Ledger.Swept change = Ledger.swept(snapshot, now);
              if (change.snapshot().jobs().size() < snapshot.jobs().size()) {
                marks.retain(change.snapshot());
              }
              return new LedgerKeeper.Change<>(change.snapshot(), change);
            });
    swept.forgotten().forEach(checkpoint::forgotten);
    if (swept.snapshot().jobs().size() < before.jobs().size()) {
      before
          .jobs()
          .forEach(
              job -> {
                boolean isGone = swept.snapshot().jobs().get(job.job()) == null;
                if (isGone && job.endedAt() != null && before.owns(job)) {
                  checkpoint.parted(job);
                }
              });
    }
  }
}
