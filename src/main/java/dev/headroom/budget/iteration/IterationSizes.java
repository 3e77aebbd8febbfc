package dev.headroom.budget.iteration;

import dev.headroom.memory.MemorySize;

/// What one rank holds at known places of an iteration. All are zero in inference.
///
/// @param gradients of all parameters, before the optimizer step
/// @param optimizerState all that the optimizer remembers
/// @param saved distinct storages that the forward pass and loss keep for the backward pass, inputs
///     and targets included, parameters and buffers not
/// @param afterForward live storages after the loss
public record IterationSizes(
    MemorySize gradients, MemorySize optimizerState, MemorySize saved, MemorySize afterForward) {

  public static final IterationSizes NONE =
      new IterationSizes(MemorySize.ZERO, MemorySize.ZERO, MemorySize.ZERO, MemorySize.ZERO);
}
