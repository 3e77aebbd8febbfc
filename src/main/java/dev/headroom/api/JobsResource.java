package dev.headroom.api;

import dev.headroom.api.problem.Problem;
import dev.headroom.api.view.JobDetail;
import dev.headroom.api.view.JobView;
import dev.headroom.api.view.LayerView;
import dev.headroom.budget.Budget;
import dev.headroom.budget.LayerCost;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.state.JobState;
import dev.headroom.live.LedgerKeeper;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// The jobs of all replicas: this replica's own live, all others as their owner last summarized
/// them.
@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class JobsResource {

  private static final int MAX_JOBS = 1000;
  private static final int MAX_LAYERS = 20_000;

  private final LedgerKeeper keeper;

  JobsResource(LedgerKeeper keeper) {
    this.keeper = keeper;
  }

  /// One page of jobs, in the order of their names.
  ///
  /// @param total how many there are that the filters let through
  /// @param next what to give as `after` for the next page; null on the last one
  record Page(Instant at, int total, List<JobView> jobs, @Nullable String next) {

    Page {
      jobs = List.copyOf(jobs);
    }
  }

  /// One page of a job's layers, in execution order.
  record Layers(String job, int total, int offset, List<LayerView> layers) {

    Layers {
      layers = List.copyOf(layers);
    }
  }

  @GET
  public Page list(
      @RestQuery @Nullable String state,
      @RestQuery @Nullable String name,
      @RestQuery @Nullable String model,
      @RestQuery @Nullable String after,
      @RestQuery @DefaultValue("100") int limit) {
    int most = Parameters.limit(limit, MAX_JOBS);
    JobStatus status = Parameters.oneOf("state", JobStatus.values(), JobStatus::wireName, state);
    Snapshot snapshot = keeper.snapshot();
    List<JobState> found = new ArrayList<>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              boolean isIn = status == null || snapshot.condition(job).status() == status;
              if (isIn
                  && Parameters.contains(job.job(), name)
                  && Parameters.contains(model(job), model)) {
                found.add(job);
              }
            });
    found.sort(Comparator.comparing(JobState::job));
    List<JobState> page =
        found.stream()
            .filter(job -> after == null || job.job().compareTo(after) > 0)
            .limit(most + 1L)
            .toList();
    boolean isLast = page.size() <= most;
    List<JobState> shown = isLast ? page : page.subList(0, most);
    return new Page(
        snapshot.at(),
        found.size(),
        shown.stream().map(job -> JobView.of(job, snapshot)).toList(),
        isLast ? null : shown.getLast().job());
  }

  @GET
  @Path("/{job}")
  public JobDetail detail(@RestPath String job) {
    Snapshot snapshot = keeper.snapshot();
    return JobDetail.of(known(job, snapshot), snapshot);
  }

  @GET
  @Path("/{job}/layers")
  public Layers layers(
      @RestPath String job,
      @RestQuery @DefaultValue("0") int offset,
      @RestQuery @DefaultValue("1000") int limit) {
    int most = Parameters.limit(limit, MAX_LAYERS);
    int from = Parameters.offset(offset);
    List<LayerCost> layers =
        known(job, keeper.snapshot())
            .budget()
            .map(Budget::layers)
            .orElseThrow(
                () -> Problem.of(404, "job has no budget: " + Parameters.shown(job)).exception());
    return new Layers(
        job,
        layers.size(),
        from,
        layers.stream().skip(from).limit(most).map(LayerView::of).toList());
  }

  private static JobState known(String job, Snapshot snapshot) {
    JobState state = snapshot.jobs().get(job);
    if (state == null) {
      throw Problem.of(404, "job unknown: " + Parameters.shown(job)).exception();
    }
    return state;
  }

  private static @Nullable String model(JobState job) {
    return job.registration() == null ? null : job.registration().config().model();
  }
}
