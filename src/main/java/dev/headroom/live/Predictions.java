package dev.headroom.live;

import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.network.LayerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;

/// What a configuration costs, by all that is known now: one answer for jobs, API and plans.
@ApplicationScoped
public class Predictions {

  private volatile Function<LayerConfig, Prediction> newest =
      _ -> new Unsupported(List.of("no predictor is in use yet"));

  /// From now on predictions are made so.
  ///
  /// @param predict never throws
  public void use(Function<LayerConfig, Prediction> predict) {
    newest = predict;
  }

  public Prediction predict(LayerConfig config) {
    return newest.apply(config);
  }
}
