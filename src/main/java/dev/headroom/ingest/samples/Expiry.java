package dev.headroom.ingest.samples;

import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.LedgerKeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Expires jobs and GPUs that ended or fell silent long enough ago. Notices when the clock is set,
/// so that a jump of the clock expires nothing. Of one thread.
final class Expiry {

  private static final Logger LOG = Logger.getLogger(Expiry.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /// More than a clock drifts in the longest pause between two runs.
  private static final Duration SET = Duration.ofSeconds(2);

  private final LedgerKeeper keeper;
  private final SummaryOffsets summaryOffsets;
  private final SummaryCheckpoint checkpoint;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private Instant last;
  private long lastNanos;

  /// @param clock may be set at any time
  /// @param nanoTime only goes forward
  Expiry(
      LedgerKeeper keeper,
      SummaryOffsets summaryOffsets,
      SummaryCheckpoint checkpoint,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.keeper = keeper;
    this.summaryOffsets = summaryOffsets;
    this.checkpoint = checkpoint;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.last = clock.instant();
    this.lastNanos = nanoTime.getAsLong();
  }

  /// Expires what is due, at most once a second.
  void expireIfDue() {
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
    expire(now);
  }

  private void expire(Instant now) {
    Snapshot before = keeper.snapshot();
    Ledger.Expired expired =
        keeper.change(
            snapshot -> {
              Ledger.Expired change = Ledger.expired(snapshot, now);
              if (change.snapshot().jobs().size() < snapshot.jobs().size()) {
                summaryOffsets.keepListed(change.snapshot());
              }
              return new LedgerKeeper.Change<>(change.snapshot(), change);
            });
    expired.forgotten().forEach(checkpoint::recordForgotten);
    if (expired.snapshot().jobs().size() < before.jobs().size()) {
      before
          .jobs()
          .forEach(
              job -> {
                boolean isGone = expired.snapshot().jobs().get(job.job()) == null;
                if (isGone && job.endedAt() != null && before.owns(job)) {
                  checkpoint.recordEnded(job);
                }
              });
    }
  }
}
