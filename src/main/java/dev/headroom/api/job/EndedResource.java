package dev.headroom.api.job;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.history.EndedRuns;
import dev.headroom.live.LedgerKeeper;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// The runs that ended in the last days.
@Path("/api/v1/ended")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class EndedResource {

  private static final int MAX_RUNS = 1000;

  private final EndedRuns ended;
  private final LedgerKeeper keeper;

  EndedResource(EndedRuns ended, LedgerKeeper keeper) {
    this.ended = ended;
    this.keeper = keeper;
  }

  @GET
  @Operation(
      summary = "The runs that ended, the newest first",
      description =
          "They are kept for headroom.history.ended-kept, and come back from the job summaries"
              + " after a restart.")
  public EndedPage ended(
      @RestQuery @Parameter(description = "completed, failed, out_of_memory or replaced.")
          @Nullable String outcome,
      @RestQuery @Parameter(description = "Part of the name of the job, its host or GPU model.")
          @Nullable String search,
      @RestQuery @Parameter(description = "The next of the page before.") @Nullable String after,
      @RestQuery @DefaultValue("100") int limit) {
    int most = Parameters.limit(limit, MAX_RUNS);
    return EndedPage.of(
        ended, keeper.snapshot(), EndedPage.Query.of(outcome, search), time(after), most);
  }

  private static @Nullable Instant time(@Nullable String after) {
    try {
      return after == null ? null : Instant.parse(after);
    } catch (DateTimeParseException e) {
      throw Problem.of(400, "after is no time: " + Parameters.shown(after)).exception();
    }
  }
}
