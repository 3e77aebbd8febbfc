package dev.headroom.plan.change;

import dev.headroom.budget.Budget;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fit.FitCheck;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Tries set-ups of one job on one device.
record Trial(FitCheck check, CudaDevice device) {

  /// A set-up that was predicted.
  record Outcome(List<String> changes, LayerConfig config, Budget budget, Fit fit) {

    boolean fits() {
      return fit.fits();
    }

    MemorySize p95() {
      return fit.spread().p95();
    }

    Remedy remedy() {
      return new Remedy(changes, config, budget, fit);
    }

    /// The changes with one more.
    List<String> and(String change) {
      return Stream.concat(changes.stream(), Stream.of(change)).toList();
    }
  }

  /// The job as it is; empty where it cannot be predicted.
  Optional<Outcome> of(LayerConfig config) {
    return outcome(List.of(), config);
  }

  /// A job that was tried, with another change; empty where that cannot be predicted.
  Optional<Outcome> of(Outcome from, String change, TrainingSetup setup) {
    return outcome(from.and(change), from.config().withSetup(setup));
  }

  private Optional<Outcome> outcome(List<String> changes, LayerConfig config) {
    return check.predict().apply(config) instanceof Budget budget
        ? Optional.of(new Outcome(changes, config, budget, check.of(config, budget, device)))
        : Optional.empty();
  }
}
