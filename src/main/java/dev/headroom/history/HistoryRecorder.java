package dev.headroom.history;

import dev.headroom.ledger.Snapshot;
import dev.headroom.live.LedgerKeeper;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Looks at the newest snapshot at a fixed rate, on a thread of its own: no sample waits for it.
@Singleton
final class HistoryRecorder {

  private static final Logger LOG = Logger.getLogger(HistoryRecorder.class);

  private final LedgerKeeper keeper;
  private final JobHistories histories;
  private final EndedRuns ended;
  private final HistorySettings settings;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("headroom-history").unstarted(task));

  HistoryRecorder(
      LedgerKeeper keeper, JobHistories histories, EndedRuns ended, HistorySettings settings) {
    this.keeper = keeper;
    this.histories = histories;
    this.ended = ended;
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) {
    long millis = settings.period().toMillis();
    var _ = thread.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    thread.shutdownNow();
  }

  private void look() {
    try {
      Snapshot snapshot = keeper.snapshot();
      Instant now = Instant.now();
      histories.record(snapshot, now);
      ended.record(snapshot, now);
    } catch (RuntimeException e) {
      // The next look is a fresh one.
      LOG.error("the history of jobs was not recorded", e);
    }
  }
}
