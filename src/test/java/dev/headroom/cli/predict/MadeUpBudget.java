package dev.headroom.cli.predict;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.KernelTemporaries;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.MemoryTimeline;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.iteration.IterationSizes;
import dev.headroom.budget.model.ModelSizes;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.RunMode;
import java.util.List;
import java.util.Map;

/// A prediction with another number in each place: ten mebibytes for each sample, of a network with
/// one layer. Nothing is predicted of a network that is not described.
final class MadeUpBudget {

  private MadeUpBudget() {}

  static Prediction of(LayerConfig config) {
    if (config.description() instanceof Undescribed(String reason)) {
      return new Unsupported(List.of(reason));
    }
    long sample = (10L << 20) * config.setup().precision().parameters().bytes() / 4;
    long device = sample * config.setup().batchSize();
    MemorySize size = new MemorySize(device);
    return new Budget(
        new ModelSizes(18, new MemorySize(72), new MemorySize(1)),
        new IterationSizes(
            new MemorySize(2), new MemorySize(4), new MemorySize(3), new MemorySize(5)),
        new Peak(
            new MemorySize(6),
            new MemorySize(7),
            new MemorySize(8),
            size,
            size.plus(MemorySize.ofMebibytes(1)),
            config.setup().mode() == RunMode.TRAINING
                ? IterationPhase.BACKWARD
                : IterationPhase.FORWARD,
            "fc",
            3,
            MemorySize.ZERO,
            new KernelTemporaries(new MemorySize(2), new MemorySize(3))),
        new Budget.Stack(
            Map.of(
                Category.FEATURE_MAPS,
                new MemorySize(device / 4),
                Category.OTHER,
                new MemorySize(device - device / 4)),
            Map.of(Category.FEATURE_MAPS, new MemorySize(9))),
        List.of(
            new LayerCost(
                "fc",
                "linear",
                new MemorySize(72),
                new MemorySize(32),
                new MemorySize(128),
                MemorySize.ZERO,
                Confidence.EXACT)),
        new MemoryTimeline(List.of()),
        Confidence.EXACT,
        List.of());
  }
}
