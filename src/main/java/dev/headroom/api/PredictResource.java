package dev.headroom.api;

import dev.headroom.live.Predictions;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.LayerConfigDecoder;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// What a layer config costs, layer by layer, whether or not any job runs it.
@Path("/api/v1/predict")
@Blocking
final class PredictResource {

  private final Predictions predictions;
  private final Turns turns;

  PredictResource(Predictions predictions, Turns turns) {
    this.predictions = predictions;
    this.turns = turns;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  public BudgetView predict(byte[] body) {
    return turns.take(
        () -> {
          LayerConfig config = read(body);
          return BudgetView.of(config.job(), config.model(), predictions.predict(config));
        });
  }

  private static LayerConfig read(byte[] body) {
    try {
      return LayerConfigDecoder.read(body);
    } catch (IllegalArgumentException reason) {
      throw Problem.of(400, String.valueOf(reason.getMessage())).exception();
    }
  }
}
