package dev.headroom.api;

import dev.headroom.api.problem.Problem;
import dev.headroom.api.view.PredictAnswer;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.JobKinds;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/// Predicts what a layer config costs, layer by layer. No job needs to run it.
@Path("/api/v1/predict")
@Blocking
final class PredictResource {

  private final Predictions predictions;
  private final ConcurrencyLimit limit;
  private final GpuCatalogue catalogue;
  private final LedgerKeeper keeper;

  PredictResource(
      Predictions predictions,
      ConcurrencyLimit limit,
      GpuCatalogue catalogue,
      LedgerKeeper keeper) {
    this.predictions = predictions;
    this.limit = limit;
    this.catalogue = catalogue;
    this.keeper = keeper;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      summary = "What a layer config costs, layer by layer",
      description =
          "The body is a layer config as headroom.layer-configs takes it. Parameters change it:"
              + " what if. Without gpu it is predicted for the GPU that the config's job runs on, if"
              + " it does. A job that cannot be predicted is answered with confidence unsupported"
              + " and the reasons.")
  @RequestBody(
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema =
                  @Schema(
                      type = SchemaType.OBJECT,
                      requiredProperties = {"schema", "job", "batch_size", "inputs"},
                      description = "A layer config, headroom/layer-config/1")))
  @APIResponse(
      responseCode = "200",
      description = "Its budget, sizes in bytes; or why there is none",
      content = @Content(schema = @Schema(implementation = PredictAnswer.class)))
  public PredictAnswer predict(@BeanParam PredictQuery query, byte[] body) {
    return limit.run(() -> answer(query, body));
  }

  private PredictAnswer answer(PredictQuery query, byte[] body) {
    Optional<CudaDevice> gpu = query.device(catalogue);
    LayerConfig config = read(query.whatIf(), body);
    Function<LayerConfig, Prediction> predict =
        predictions.on(gpu.map(on -> on.model().name()).or(() -> gpuOf(config.job())));
    return query
        .largestBatchOn(catalogue)
        .map(on -> PredictAnswer.of(config, on, LargestBatch.of(config, on.usable(), predict)))
        .orElseGet(() -> PredictAnswer.of(config, gpu, predict.apply(config)));
  }

  /// The GPU model that a job runs on.
  private Optional<String> gpuOf(String job) {
    Snapshot snapshot = keeper.snapshot();
    return Optional.ofNullable(snapshot.jobs().get(job))
        .flatMap(it -> new JobKinds(catalogue).gpuModel(it, snapshot));
  }

  private static LayerConfig read(WhatIf whatIf, byte[] body) {
    try {
      return whatIf.applied(LayerConfigDecoder.read(body));
    } catch (IllegalArgumentException reason) {
      throw Problem.of(400, String.valueOf(reason.getMessage())).exception();
    }
  }
}
