package dev.headroom.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.headroom.api.problem.Problem;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.live.LedgerKeeper;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.resteasy.reactive.RestStreamElementType;

/// Server-sent events: the names of jobs and GPUs that changed, at most once a second. A client
/// that misses an event loses nothing, because it reads the jobs again.
@Path("/api/v1/events")
@Singleton
final class EventsResource {

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /// Without changes a client hears from us after so many periods, and we of it if it is gone.
  private static final int HEARTBEAT = 15;

  private static final int MAX_NAMES = 200;

  private final LedgerKeeper keeper;
  private final Semaphore clients;

  EventsResource(LedgerKeeper keeper, ApiSettings settings) {
    this.keeper = keeper;
    this.clients = new Semaphore(settings.eventClients());
  }

  /// What happened since the event before.
  ///
  /// @param jobs how many are listed now
  /// @param changed the first of those that are new or different
  /// @param removed the first of those that are gone
  /// @param more whether either list is cut
  record Change(Instant at, int jobs, List<String> changed, List<String> removed, boolean more) {

    Change {
      changed = List.copyOf(changed);
      removed = List.copyOf(removed);
    }

    static Change between(Snapshot before, Snapshot after) {
      var changed = new ArrayList<String>();
      var removed = new ArrayList<String>();
      after
          .jobs()
          .forEach(
              job -> {
                JobState old = before.jobs().get(job.job());
                if (!job.equals(old) && changed.size() <= MAX_NAMES) {
                  changed.add(job.job());
                }
              });
      before
          .jobs()
          .forEach(
              job -> {
                if (removed.size() <= MAX_NAMES && after.jobs().get(job.job()) == null) {
                  removed.add(job.job());
                }
              });
      boolean more = changed.size() > MAX_NAMES || removed.size() > MAX_NAMES;
      return new Change(after.at(), after.jobs().size(), cut(changed), cut(removed), more);
    }

    private static List<String> cut(List<String> names) {
      return names.subList(0, Math.min(names.size(), MAX_NAMES));
    }

    @JsonIgnore
    boolean isEmpty() {
      return changed.isEmpty() && removed.isEmpty();
    }
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.APPLICATION_JSON)
  public Multi<Change> events() {
    if (!clients.tryAcquire()) {
      throw Problem.of(429, "too many clients: headroom.api.event-clients").exception();
    }
    var isReleased = new AtomicBoolean();
    var cursor = new EventCursor(keeper);
    return Multi.createFrom()
        .ticks()
        .every(PERIOD)
        .onOverflow()
        .drop()
        .onItem()
        .transformToIterable(_ -> cursor.next())
        .onTermination()
        .invoke(
            () -> {
              if (isReleased.compareAndSet(false, true)) {
                clients.release();
              }
            });
  }

  /// What one client was told last.
  private static final class EventCursor {

    private final LedgerKeeper keeper;
    private Snapshot last;
    private int quiet;

    EventCursor(LedgerKeeper keeper) {
      this.keeper = keeper;
      this.last = keeper.snapshot();
    }

    List<Change> next() {
      Snapshot newest = keeper.snapshot();
      Change change = Change.between(last, newest);
      last = newest;
      quiet++;
      if (change.isEmpty() && quiet < HEARTBEAT) {
        return List.of();
      }
      quiet = 0;
      return List.of(change);
    }
  }
}
