package dev.headroom.live;

import dev.headroom.budget.DevicePriors;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.network.LayerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;

/// What a configuration costs, by all that is known now: one answer for jobs, API and plans.
@ApplicationScoped
public class Predictions {

  private volatile Function<LayerConfig, Prediction> newest =
      new Predictor(new DevicePriors())::predict;

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
