package dev.headroom.live;

import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.LayerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Function;

/// Predicts layer configs for jobs, API and plans alike, with the device overheads that are known
/// now.
@ApplicationScoped
public class Predictions {

  private volatile Function<Optional<String>, Function<LayerConfig, Prediction>> newest =
      gpu -> new Predictor(gpu.map(KnownOverheads::forGpu).orElseGet(KnownOverheads::new))::predict;

  /// From now on predictions are made so.
  ///
  /// @param forGpu what predicts for a model of GPU, or for any; predicting never throws
  public void use(Function<Optional<String>, Function<LayerConfig, Prediction>> forGpu) {
    newest = forGpu;
  }

  public Prediction predict(LayerConfig config) {
    return on(Optional.empty()).apply(config);
  }

  /// What predicts for a model of GPU; for any, where it is empty.
  public Function<LayerConfig, Prediction> on(Optional<String> gpu) {
    return newest.apply(gpu);
  }
}
