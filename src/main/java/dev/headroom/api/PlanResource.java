package dev.headroom.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.plan.JobPlanner;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.plan.live.LiveFleet;
import dev.headroom.plan.placement.FleetPlanner;
import dev.headroom.wire.plan.FleetAnswer;
import dev.headroom.wire.plan.FleetReader;
import dev.headroom.wire.plan.JobAnswer;
import dev.headroom.wire.plan.JobListReader;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/// Whether jobs fit on a GPU, and where they go on a fleet: what `headroom plan` answers.
@Path("/api/v1/plan")
@Blocking
final class PlanResource {

  /// On one GPU each job is tried in many set-ups.
  private static final int MAX_ON_A_GPU = 16;

  private static final Set<String> WHERE = Set.of("gpu", "fleet", "live");

  private final Calibrations calibrations;
  private final Predictions predictions;
  private final ConcurrencyLimit limit;
  private final GpuCatalogue catalogue;
  private final LedgerKeeper keeper;
  private final ObjectMapper mapper;

  PlanResource(
      Calibrations calibrations,
      ConcurrencyLimit limit,
      GpuCatalogue catalogue,
      LedgerKeeper keeper,
      ObjectMapper mapper) {
    this.calibrations = calibrations;
    this.predictions = calibrations.predictions();
    this.limit = limit;
    this.catalogue = catalogue;
    this.keeper = keeper;
    this.mapper = mapper;
  }

  /// @param jobs how each fits, where a GPU was given
  /// @param fleet where they go, where a fleet was
  record PlanAnswer(@Nullable List<JobAnswer> jobs, @Nullable FleetAnswer fleet) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "Whether jobs fit on a GPU, or where they go on a fleet",
      description =
          "The body has jobs, a list of {config, replicas, ranks, share, name} with layer configs"
              + " in it, and one of gpu (a name or a size), fleet (nodes and their GPUs, as"
              + " docs/planning.md has it) and live (true: the fleet that the monitor knows).")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema =
                  @Schema(
                      type = SchemaType.OBJECT,
                      requiredProperties = {"jobs"},
                      description = "Jobs and where they shall run")))
  @APIResponse(
      responseCode = "200",
      description = "How they fit, or where they go; sizes in bytes",
      content = @Content(schema = @Schema(implementation = PlanAnswer.class)))
  public PlanAnswer plan(byte[] body) {
    return limit.run(
        () -> {
          try {
            return answer(body);
          } catch (IllegalArgumentException reason) {
            throw Problem.of(400, String.valueOf(reason.getMessage())).exception();
          }
        });
  }

  private PlanAnswer answer(byte[] body) {
    if (!(read(body) instanceof ObjectNode request)) {
      throw new IllegalArgumentException("the body is no object");
    }
    ObjectNode where = request.objectNode();
    WHERE.forEach(
        name -> {
          JsonNode value = request.remove(name);
          if (value != null && !value.isNull()) {
            where.set(name, value);
          }
        });
    if (where.size() != 1) {
      throw new IllegalArgumentException("one of gpu, fleet and live is needed");
    }
    List<JobRequest> jobs = JobListReader.of(request);
    JsonNode gpu = where.get("gpu");
    if (gpu != null) {
      return new PlanAnswer(onGpu(gpu.asText(), jobs), null);
    }
    var check = new FitCheck(predictions::predict, new OverheadSpread(calibrations::overhead));
    Fleet fleet = fleet(where);
    return new PlanAnswer(null, FleetAnswer.of(fleet, new FleetPlanner(check).place(fleet, jobs)));
  }

  private @Nullable JsonNode read(byte[] body) {
    try {
      return mapper.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }

  private Fleet fleet(ObjectNode where) {
    JsonNode live = where.get("live");
    if (live == null) {
      return FleetReader.of(catalogue, where.get("fleet"), "fleet");
    }
    if (!live.isBoolean() || !live.booleanValue()) {
      throw new IllegalArgumentException("live is not true: " + Parameters.shown(live.toString()));
    }
    return new LiveFleet(keeper.snapshot(), catalogue, new OverheadSpread(calibrations::overhead))
        .fleet();
  }

  private List<JobAnswer> onGpu(String name, List<JobRequest> jobs) {
    CudaDevice device =
        catalogue
            .device(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "gpu is neither known nor a size such as 24GiB: "
                            + Parameters.shown(name)));
    if (jobs.size() > MAX_ON_A_GPU) {
      throw new IllegalArgumentException(
          "more than %d jobs for one GPU: %d".formatted(MAX_ON_A_GPU, jobs.size()));
    }
    var planner =
        new JobPlanner(
            new FitCheck(predictions::predict, new OverheadSpread(calibrations::overhead)));
    return jobs.stream()
        .map(job -> JobAnswer.of(job.name(), device, planner.on(device, job.config())))
        .toList();
  }
}
