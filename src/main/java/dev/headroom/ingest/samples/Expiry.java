package dev.headroom.ingest.samples;

import dev.headroom.ingest.batch.Learning;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Expires jobs and GPUs that ended or fell silent long enough ago. Notices when the clock is set,
/// so that a jump of the clock expires nothing. Lets settled jobs teach. Of one thread.
public final class Expiry {

  private static final Logger LOG = Logger.getLogger(Expiry.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration LESSONS = Duration.ofMinutes(1);

  /// More than a clock drifts in the longest pause between two runs.
  private static final Duration SET = Duration.ofSeconds(2);

  private final LedgerKeeper keeper;
  private final SummaryCheckpoint checkpoint;
  private final Calibrations calibrations;
  private final Learning learning;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private Instant last;
  private long lastNanos;
  private long lastLessons;

  /// @param clock may be set at any time
  /// @param nanoTime only goes forward
  public Expiry(
      LedgerKeeper keeper,
      SummaryCheckpoint checkpoint,
      Calibrations calibrations,
      Learning learning,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.keeper = keeper;
    this.checkpoint = checkpoint;
    this.calibrations = calibrations;
    this.learning = learning;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.last = clock.instant();
    this.lastNanos = nanoTime.getAsLong();
    this.lastLessons = lastNanos;
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
      var _ = keeper.fold(List.of(new Arrival.ClockSet(set)), now);
    }
    expire(now);
    calibrate(now);
    if (nanos - lastLessons >= LESSONS.toNanos()) {
      lastLessons = nanos;
      learning.settled(keeper.snapshot());
    }
  }

  /// What is expected of jobs changes when their GPU is known, and when something was learned.
  private void calibrate(Instant now) {
    calibrations.refresh();
    Map<String, Registration> outdated = calibrations.outdated(keeper.snapshot());
    if (!outdated.isEmpty()) {
      var _ = keeper.fold(List.of(new Arrival.Calibrated(outdated)), now);
    }
  }

  private void expire(Instant now) {
    switch (keeper.fold(List.of(new Arrival.TimePassed()), now).getFirst()) {
      case Outcome.Expired(List<String> forgotten, List<JobState> ended) -> {
        forgotten.forEach(checkpoint::recordForgotten);
        ended.forEach(checkpoint::recordEnded);
      }
      case Outcome.Failed(RuntimeException cause) -> LOG.errorf(cause, "a bug: nothing expires");
      case Outcome.Judged _, Outcome.Refused _, Outcome.JobEnded _, Outcome.Assigned _ -> {
        // Not of time.
      }
    }
  }
}
