package dev.headroom.network.setup;

/// What happens to parameter gradients between steps.
///
/// @param setToNone whether they are given back after a step, or zeroed in place
/// @param accumulationSteps micro-batches whose gradients are summed before a step
public record Gradients(boolean setToNone, int accumulationSteps) {

  public static final Gradients DEFAULT = new Gradients(true, 1);

  public Gradients {
    if (accumulationSteps < 1) {
      throw new IllegalArgumentException("gradients.accumulation_steps < 1: " + accumulationSteps);
    }
  }
}
