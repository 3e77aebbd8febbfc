package dev.headroom.budget.model;

import dev.headroom.network.setup.Parallelism;

/// Over how many ranks parallel training divides what a rank would hold alone.
///
/// ZeRO: Rajbhandari et al., "ZeRO: Memory Optimizations Toward Training Trillion Parameter
/// Models", 2020, section 5; FSDP: Zhao et al., "PyTorch FSDP", 2023, as its stage 3.
///
/// @param ofState divides the optimizer's state
/// @param ofGradients divides the gradients that stay
/// @param ofParameters divides the parameters
/// @param buckets whether gradients are copied into buckets for the ranks to sum
public record Sharding(long ofState, long ofGradients, long ofParameters, boolean buckets) {

  public static Sharding of(Parallelism parallelism) {
    long ranks = parallelism.worldSize();
    return switch (parallelism.strategy()) {
      case NONE, PIPELINE, TENSOR -> new Sharding(1, 1, 1, false);
      case DDP -> new Sharding(1, 1, 1, ranks > 1 && !parallelism.gradientAsBucketView());
      case ZERO1 -> new Sharding(ranks, 1, 1, false);
      case ZERO2 -> new Sharding(ranks, ranks, 1, false);
      case ZERO3, FSDP -> new Sharding(ranks, ranks, ranks, false);
    };
  }
}
