package dev.headroom.api.job;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.roster.Rosters;
import dev.headroom.api.view.JobDetail;
import dev.headroom.api.view.LayerView;
import dev.headroom.budget.Budget;
import dev.headroom.budget.LayerCost;
import dev.headroom.history.EndedRun;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jspecify.annotations.Nullable;

/// One job and its parts, each asked for when it is looked at. A run that ended still has them.
@Path("/api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class JobPartsResource {

  private static final int MAX_LAYERS = 20_000;
  private static final int MAX_MOMENTS = 4096;
  private static final int HEAVIEST = 20;

  private final Rosters rosters;
  private final JobHistories histories;
  private final EndedRuns ended;

  JobPartsResource(Rosters rosters, JobHistories histories, EndedRuns ended) {
    this.rosters = rosters;
    this.histories = histories;
    this.ended = ended;
  }

  /// One page of a job's layers, in execution order.
  record Layers(String job, int total, int offset, List<LayerView> layers) {

    Layers {
      layers = List.copyOf(layers);
    }
  }

  /// The heaviest layers, equal ones together.
  record Heaviest(String job, List<LayerGroup> groups) {}

  /// The runs of a job that ended, the newest first.
  record Runs(String job, List<EndedView> runs) {}

  @GET
  @Path("/{job}")
  public JobDetail detail(@RestPath String job) {
    JobRoster roster = rosters.now();
    return JobDetail.of(roster.entry(known(job, roster.snapshot())), roster.snapshot());
  }

  @GET
  @Path("/{job}/layers")
  public Layers layers(
      @RestPath String job,
      @RestQuery @DefaultValue("0") int offset,
      @RestQuery @DefaultValue("1000") int limit) {
    int most = Parameters.limit(limit, MAX_LAYERS);
    int from = Parameters.offset(offset);
    List<LayerCost> layers = budget(job).layers();
    return new Layers(
        job,
        layers.size(),
        from,
        layers.stream().skip(from).limit(most).map(LayerView::of).toList());
  }

  @GET
  @Path("/{job}/history")
  @Operation(summary = "What a job held over the last hour, at falling resolution")
  public HistoryView history(@RestPath String job) {
    JobState state = known(job);
    Instant now = Instant.now();
    return histories
        .of(job, now)
        .map(past -> HistoryView.of(job, past, state.firstSample()))
        .orElseGet(() -> HistoryView.none(job, now));
  }

  @GET
  @Path("/{job}/config")
  @Operation(
      summary = "The layer config that a job declared, as a file",
      description = "POST /api/v1/predict and ./headroom predict take it as it is.")
  @APIResponse(
      responseCode = "200",
      description = "As /schema/layer-config.json describes it",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(type = SchemaType.OBJECT)))
  public RestResponse<byte[]> config(@RestPath String job) {
    LayerConfig config = registered(job).config();
    return ResponseBuilder.ok(LayerConfigEncoder.encode(config), MediaType.APPLICATION_JSON_TYPE)
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"%s.layer-config.json\"".formatted(config.job()))
        .build();
  }

  @GET
  @Path("/{job}/step")
  @Operation(summary = "The predicted memory of one training step, layer by layer")
  public StepView step(
      @RestPath String job,
      @RestQuery @Parameter(description = "The most moments.") @DefaultValue("600") int limit) {
    return StepView.of(job, budget(job), Parameters.limit(limit, MAX_MOMENTS));
  }

  @GET
  @Path("/{job}/heaviest")
  @Operation(summary = "The layers that hold most at the peak, equal ones together, with formulas")
  public Heaviest heaviest(@RestPath String job) {
    return new Heaviest(job, LayerGroup.heaviest(registered(job).config(), budget(job), HEAVIEST));
  }

  @GET
  @Path("/{job}/runs")
  @Operation(summary = "The runs of a job that ended, the newest first")
  public Runs runs(@RestPath String job) {
    Snapshot snapshot = rosters.now().snapshot();
    known(job, snapshot);
    return new Runs(job, ended.of(job).stream().map(run -> EndedView.of(run, snapshot)).toList());
  }

  private JobState known(String job) {
    return known(job, rosters.now().snapshot());
  }

  private JobState known(String job, Snapshot snapshot) {
    JobState state = snapshot.jobs().get(job);
    if (state != null) {
      return state;
    }
    return ended
        .newest(job)
        .map(EndedRun::state)
        .map(last -> EndedView.withRegistration(last, snapshot))
        .orElseThrow(() -> missing("job unknown: %s", job));
  }

  private Registration registered(String job) {
    @Nullable Registration registration = known(job).registration();
    if (registration == null) {
      throw missing("no layer config of %s is known", job);
    }
    return registration;
  }

  private Budget budget(String job) {
    return known(job).budget().orElseThrow(() -> missing("job has no budget: %s", job));
  }

  private static RuntimeException missing(String sentence, String job) {
    return Problem.of(404, sentence.formatted(Parameters.shown(job))).exception();
  }
}
