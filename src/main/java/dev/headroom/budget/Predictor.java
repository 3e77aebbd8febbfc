package dev.headroom.budget;

import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import java.util.List;

/// Predicts the GPU memory of a job from its layer config alone. It runs an iteration on storages,
/// without computing anything, and replays the allocations through PyTorch's caching allocator.
///
/// Pure and total: every config has an answer. Safe for use by several threads.
///
/// ```java
/// var predictor = new Predictor(new KnownOverheads());
/// switch (predictor.predict(config)) {
///   case Budget budget -> budget.peak().device(); // what `nvidia-smi` would show at the peak
///   case Unsupported unsupported -> unsupported.reasons(); // each names a layer
/// }
/// ```
public final class Predictor {

  private final DeviceOverhead overhead;

  public Predictor(DeviceOverhead overhead) {
    this.overhead = overhead;
  }

  /// The budget of a job, or why there is none.
  public Prediction predict(LayerConfig config) {
    return switch (config.description()) {
      case Undescribed undescribed -> new Unsupported(List.of(undescribed.reason()));
      case Network network -> predict(config, network);
    };
  }

  private Prediction predict(LayerConfig config, Network network) {
    List<String> refusals = Caveats.refusals(config, network);
    if (!refusals.isEmpty()) {
      return new Unsupported(refusals);
    }
    try {
      AllocationTrace trace = AllocationTrace.of(config, network);
      return Budget.of(trace, Replay.of(trace), overhead);
    } catch (ArithmeticException overflow) {
      return new Unsupported(List.of(tooLarge(config, network)));
    } catch (IllegalArgumentException wrong) {
      return new Unsupported(List.of(String.valueOf(wrong.getMessage())));
    }
  }

  private static String tooLarge(LayerConfig config, Network network) {
    int batch = config.setup().batchSize();
    int bytes = config.setup().precision().parameters().bytes();
    for (Layer layer : network.layers()) {
      long elements = network.value(layer.name()).shape().elements();
      if (elements > Long.MAX_VALUE / bytes / batch) {
        return "layer %s: %d elements for each of %d samples are more bytes than 64 bits count"
            .formatted(layer.name(), elements, batch);
      }
    }
    return "all layers together hold more bytes than 64 bits count";
  }
}
