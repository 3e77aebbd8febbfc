package dev.headroom.budget.whatif;

import dev.headroom.budget.model.CheckpointedModules;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Resizing;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.TrainingSetup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The same job with another set-up. What is null stays as in the config.
///
/// @param batch samples a rank takes at once
/// @param precision `float32`, `float64`, `float16` or `bfloat16` for everything; or
///     `autocast-float16`, `autocast-bfloat16` with float32 parameters; also `fp32`, `fp64`,
///     `fp16`, `bf16`, and `amp`, `amp-bf16` for the two with autocast
/// @param optimizer a type of the contract, or `momentum` for SGD with 0.9, and perhaps options
///     behind commas: `momentum=0.9`, `nesterov`, `amsgrad`, `centered`, `foreach`, `fused`,
///     `for_loop`; without one of the last three the implementation stays
/// @param mode `training` or `inference`
/// @param checkpoint module paths whose forward pass is recomputed; `none` for none at all
/// @param inputs shapes of one sample, such as `3x384x384` or `256`; with several inputs each with
///     its name: `ids=256`
/// @param ranks how the work is divided among ranks
/// @param accumulate micro-batches of an optimizer step
public record WhatIf(
    @Nullable Integer batch,
    @Nullable String precision,
    @Nullable String optimizer,
    @Nullable String mode,
    @Nullable List<String> checkpoint,
    @Nullable List<String> inputs,
    @Nullable Ranks ranks,
    @Nullable Integer accumulate) {

  /// The strategy of a job's ranks and how many they are. What is null stays.
  ///
  /// @param strategy such as `ddp`, `fsdp`, `zero1`; `none` for a single rank
  public record Ranks(@Nullable String strategy, @Nullable Integer worldSize) {}

  /// Nothing changes.
  public static final WhatIf NOTHING = new WhatIf(null, null, null, null, null);

  public WhatIf {
    checkpoint = checkpoint == null ? null : List.copyOf(checkpoint);
    inputs = inputs == null ? null : List.copyOf(inputs);
  }

  /// Ranks and accumulation stay.
  public WhatIf(
      @Nullable Integer batch,
      @Nullable String precision,
      @Nullable String optimizer,
      @Nullable String mode,
      @Nullable List<String> checkpoint,
      @Nullable List<String> inputs) {
    this(batch, precision, optimizer, mode, checkpoint, inputs, null, null);
  }

  /// The inputs stay, too.
  public WhatIf(
      @Nullable Integer batch,
      @Nullable String precision,
      @Nullable String optimizer,
      @Nullable String mode,
      @Nullable List<String> checkpoint) {
    this(batch, precision, optimizer, mode, checkpoint, null);
  }

  /// The job with these changes.
  ///
  /// @throws IllegalArgumentException naming the change that is none
  public LayerConfig applied(LayerConfig config) {
    TrainingSetup setup = applied(config.setup());
    if (checkpoint != null) {
      setup = setup.withCheckpointing(modulesOf(checkpoint, config));
    }
    LayerConfig changed = config.withSetup(setup);
    return inputs == null || !(config.description() instanceof Network network)
        ? changed
        : changed.withDescription(Resizing.of(network, InputShapes.of(inputs, network)));
  }

  /// The set-up with these changes, but for those that a network is needed for: checkpointing and
  /// inputs.
  ///
  /// @throws IllegalArgumentException naming the change that is none
  public TrainingSetup applied(TrainingSetup now) {
    TrainingSetup setup = now;
    if (batch != null) {
      setup = setup.withBatchSize(batch);
    }
    if (precision != null) {
      setup = setup.withPrecision(SetupWords.precision(precision));
    }
    if (optimizer != null) {
      setup =
          setup.withOptimizer(SetupWords.optimizer(optimizer, setup.optimizer().implementation()));
    }
    if (mode != null) {
      setup = setup.withMode(SetupWords.mode(mode));
    }
    if (ranks != null) {
      setup =
          setup.withParallelism(
              SetupWords.parallelism(setup.parallelism(), ranks.strategy(), ranks.worldSize()));
    }
    if (accumulate != null) {
      setup = setup.withGradients(new Gradients(setup.gradients().setToNone(), accumulate));
    }
    return setup;
  }

  private static List<String> modulesOf(List<String> names, LayerConfig config) {
    if (names.equals(List.of("none"))) {
      return List.of();
    }
    if (config.description() instanceof Network network) {
      List<String> unknown = CheckpointedModules.unknown(network.layers(), names);
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException("checkpoint names no module: " + unknown.getFirst());
      }
    }
    return names;
  }
}
