package dev.headroom.api;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.roster.JobQuery;
import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.roster.Rosters;
import dev.headroom.api.view.JobView;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// The jobs of all replicas: this replica's own live, all others as their owner last summarized
/// them.
@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class JobsResource {

  private static final int MAX_JOBS = 1000;

  private final Rosters rosters;

  JobsResource(Rosters rosters) {
    this.rosters = rosters;
  }

  /// One page of jobs.
  ///
  /// @param total how many there are that the filters let through
  /// @param next what to give as `after` for the next page; null on the last one
  record Page(Instant at, int total, List<JobView> jobs, @Nullable String next) {

    Page {
      jobs = List.copyOf(jobs);
    }
  }

  @GET
  @Operation(
      summary = "The jobs, the worst first",
      description =
          "Sorting, filtering and paging are done over all jobs. The largest page has 1000 jobs.")
  public Page list(
      @RestQuery
          @Parameter(
              description =
                  "severity, name, state, drift, measured, predicted, headroom, time_to_capacity or"
                      + " last_sample; with a minus sign the other way round. Each begins with the"
                      + " job that needs a look first.")
          @DefaultValue("severity")
          String sort,
      @RestQuery @Parameter(description = "A state, such as drifting.") @Nullable String state,
      @RestQuery @Parameter(description = "critical, warning, notice or fine.")
          @Nullable String severity,
      @RestQuery("gpu_model")
          @Parameter(name = "gpu_model", description = "Part of the GPU model's name.")
          @Nullable String gpuModel,
      @RestQuery
          @Parameter(description = "Part of the name of the job, its model, host or GPU model.")
          @Nullable String search,
      @RestQuery @Parameter(description = "The next of the page before.") @Nullable String after,
      @RestQuery @DefaultValue("100") int limit) {
    int most = Parameters.limit(limit, MAX_JOBS);
    JobQuery query = JobQuery.of(sort, state, severity, gpuModel, search);
    JobRoster roster = rosters.now();
    JobRoster.Page page = roster.page(query, after, most);
    return new Page(
        roster.snapshot().at(),
        page.total(),
        page.entries().stream().map(entry -> JobView.of(entry, roster.snapshot())).toList(),
        page.next());
  }
}
