package dev.headroom.budget.iteration;

import dev.headroom.budget.model.ModelSizes;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.RunMode;
import java.util.List;

/// What a job allocates and releases: in set-up, in a cold first step, and in the step that all
/// later ones repeat.
///
/// @param setupEnd events before this one are set-up
/// @param firstStepEnd events from there to before this one are the first step; what follows is the
///     step that later ones repeat, if that differs from the first
/// @param layerParameters of each layer, in execution order; none where another layer has them
public record AllocationTrace(
    LayerConfig config,
    Network network,
    AllocationEvents events,
    int setupEnd,
    int firstStepEnd,
    ModelSizes model,
    List<MemorySize> layerParameters,
    IterationSizes sizes) {

  /// Goes through the iteration of a config.
  ///
  /// @param network the config's
  /// @throws ArithmeticException if more bytes are held than a `long` counts
  /// @throws IllegalArgumentException if a rule does not know what a layer does; it says which
  public static AllocationTrace of(LayerConfig config, Network network) {
    return Iteration.of(config, network).run();
  }

  /// The same where kernels run: what they make for themselves is allocated and released.
  public AllocationTrace withKernelTemporaries() {
    return new AllocationTrace(
        config,
        network,
        events.withKernelTemporaries(),
        events.withKernelTemporaries(setupEnd),
        events.withKernelTemporaries(firstStepEnd),
        model,
        layerParameters,
        sizes);
  }

  public boolean isTraining() {
    return config.setup().mode() == RunMode.TRAINING;
  }

  /// Whether later steps differ from the first: else they repeat it, but for what it keeps.
  public boolean hasSteadyStep() {
    return events.size() > firstStepEnd;
  }
}
