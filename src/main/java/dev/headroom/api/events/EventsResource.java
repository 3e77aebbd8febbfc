package dev.headroom.api.events;

import dev.headroom.api.job.EndedPage;
import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.api.roster.JobQuery;
import dev.headroom.api.watch.AccuracyWatch;
import dev.headroom.api.watch.EndedWatch;
import dev.headroom.api.watch.FleetWatch;
import dev.headroom.api.watch.HeaderWatch;
import dev.headroom.api.watch.JobWatch;
import dev.headroom.api.watch.JobsWatch;
import dev.headroom.api.watch.WatchedView;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// Server-sent events of one view: an event `state` with the whole document, then `delta` events
/// with JSON Merge Patches, at most one a second, and `heartbeat` where nothing changes.
@Path("/api/v1/events")
@Singleton
final class EventsResource {

  private static final int MAX_JOBS = 1000;
  private static final int RETRY_SECONDS = 10;

  private final EventTicker ticker;
  private final Semaphore free;
  private final int most;

  EventsResource(EventTicker ticker, EventSettings settings) {
    this.ticker = ticker;
    this.most = settings.eventClients();
    this.free = new Semaphore(most);
  }

  /// One client. Mutiny counts what it asked for: one event, once the one before was written.
  private record Client(MultiEmitter<? super OutboundSseEvent> emitter, Sse sse)
      implements EventHub.Subscriber {

    @Override
    public boolean isReady() {
      return emitter.requested() > 0;
    }

    @Override
    public void send(String event, String data) {
      emitter.emit(sse.newEventBuilder().name(event).data(String.class, data).build());
    }
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Operation(
      summary = "What one view shows, and then what changes in it",
      description =
          "The event state has the whole document; delta has a JSON Merge Patch (RFC 7396) of it,"
              + " at most once a second; heartbeat comes where nothing changes. A client that is"
              + " slow gets the whole document instead of a backlog.")
  @APIResponse(
      responseCode = "200",
      description = "The events",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(type = SchemaType.STRING)))
  @APIResponse(
      responseCode = "503",
      description = "Too many clients follow; come back after Retry-After seconds")
  public Multi<OutboundSseEvent> events(
      @RestQuery
          @Parameter(description = "jobs, job, fleet, ended, accuracy or header.")
          @DefaultValue("jobs")
          String view,
      @RestQuery @Parameter(description = "Of jobs: as in the list.") @Nullable String sort,
      @RestQuery @Nullable String state,
      @RestQuery @Parameter(description = "Of jobs: as in the list.") @Nullable String severity,
      @RestQuery("gpu_model")
          @Parameter(name = "gpu_model", description = "Of jobs: as in the list.")
          @Nullable String gpuModel,
      @RestQuery @Parameter(description = "Of jobs and ended: as in the list.")
          @Nullable String search,
      @RestQuery @Parameter(description = "Of ended: as in the list.") @Nullable String outcome,
      @RestQuery @Parameter(description = "Of job: its name.") @Nullable String job,
      @RestQuery @Parameter(description = "Of fleet: a GPU to tell more of.") @Nullable String gpu,
      @RestQuery
          @Parameter(description = "Of jobs: how many are left out before the first.")
          @DefaultValue("0")
          int offset,
      @RestQuery @DefaultValue("50") int limit,
      @Context Sse sse) {
    int jobs = Parameters.limit(limit, MAX_JOBS);
    WatchedView watched =
        switch (view) {
          case "jobs" ->
              new JobsWatch(
                  JobQuery.of(sort, state, severity, gpuModel, search),
                  Parameters.offset(offset),
                  jobs);
          case "job" -> new JobWatch(named(job));
          case "fleet" -> new FleetWatch(gpu);
          case "ended" -> new EndedWatch(EndedPage.Query.of(outcome, search), jobs);
          case "accuracy" -> new AccuracyWatch();
          case "header" -> new HeaderWatch();
          default ->
              throw Parameters.unknown(
                  "view", view, List.of("jobs", "job", "fleet", "ended", "accuracy", "header"));
        };
    if (!free.tryAcquire()) {
      throw full();
    }
    return stream(watched, sse);
  }

  private Multi<OutboundSseEvent> stream(WatchedView watched, Sse sse) {
    var isReleased = new AtomicBoolean();
    return Multi.createFrom()
        .<OutboundSseEvent>emitter(
            emitter -> {
              var client = new Client(emitter, sse);
              emitter.onTermination(
                  () -> {
                    if (isReleased.compareAndSet(false, true)) {
                      free.release();
                      ticker.unsubscribe(watched, client);
                    }
                  });
              ticker.subscribe(watched, client);
            },
            BackPressureStrategy.DROP);
  }

  private static String named(@Nullable String job) {
    if (job == null) {
      throw Problem.of(400, "the view job needs job").exception();
    }
    return job;
  }

  private WebApplicationException full() {
    WebApplicationException full =
        Problem.of(
                503,
                "%d pages are open, and no more can be served live: headroom.api.event-clients"
                    .formatted(most))
            .exception();
    full.getResponse().getHeaders().putSingle(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    return full;
  }
}
