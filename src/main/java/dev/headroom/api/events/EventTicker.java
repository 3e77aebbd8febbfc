package dev.headroom.api.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.roster.Rosters;
import dev.headroom.api.watch.HeaderView;
import dev.headroom.api.watch.WatchSources;
import dev.headroom.api.watch.WatchedView;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.JobHistories;
import dev.headroom.status.IngestStatus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The hub's one thread: a tick a second, and between ticks those that come and go.
@Singleton
final class EventTicker {

  private static final Logger LOG = Logger.getLogger(EventTicker.class);
  private static final long PERIOD_MILLIS = 1000;

  private final EventHub hub;
  private final Rosters rosters;
  private final JobHistories histories;
  private final EndedRuns ended;
  private final IngestStatus status;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("headroom-events").unstarted(task));

  /// Of the one thread.
  private @Nullable Look newest;

  private record Look(WatchSources sources, long nanos) {}

  EventTicker(
      ObjectMapper json,
      Rosters rosters,
      JobHistories histories,
      EndedRuns ended,
      IngestStatus status) {
    this.hub = new EventHub(json);
    this.rosters = rosters;
    this.histories = histories;
    this.ended = ended;
    this.status = status;
  }

  void start(@Observes StartupEvent event) {
    var _ =
        thread.scheduleWithFixedDelay(
            () -> safely(this::tick), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    thread.shutdownNow();
  }

  void subscribe(WatchedView view, EventHub.Subscriber subscriber) {
    thread.execute(() -> safely(() -> hub.subscribe(view, subscriber, recent(), Instant.now())));
  }

  void unsubscribe(WatchedView view, EventHub.Subscriber subscriber) {
    if (!thread.isShutdown()) {
      thread.execute(() -> safely(() -> hub.unsubscribe(view, subscriber)));
    }
  }

  private void tick() {
    if (!hub.isIdle()) {
      hub.tick(look(), Instant.now());
    }
  }

  /// What the last tick looked at, for those that come before the next: judging every job anew for
  /// each would make them wait.
  private WatchSources recent() {
    Look last = newest;
    boolean isRecent =
        last != null
            && System.nanoTime() - last.nanos < TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
    return last != null && isRecent ? last.sources : look();
  }

  private WatchSources look() {
    JobRoster roster = rosters.now();
    HeaderView header = HeaderView.of(roster, status.notReadyReason(), ended.size());
    var sources = new WatchSources(header, roster, histories, ended, status);
    newest = new Look(sources, System.nanoTime());
    return sources;
  }

  /// One failure must not end the ticks of all pages.
  private static void safely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("pages were not told what changed", e);
    }
  }
}
