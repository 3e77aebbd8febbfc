package dev.headroom.calibration.drift;

import dev.headroom.budget.Budget;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;

/// What a job would hold if something were otherwise.
///
/// @param words what fits, and what was declared: `batch 64 (declared 32)`
/// @param surprise how much less likely it is than the likeliest, beforehand: the natural logarithm
///     of the odds
/// @param isExact whether it is predicted to the byte, or by a formula
record Hypothesis(
    DriftCause cause, String words, double surprise, boolean isExact, PredictedPeak peak) {

  static Hypothesis exact(
      DriftCause cause, String words, double surprise, LayerConfig config, Budget budget) {
    return new Hypothesis(cause, words, surprise, true, PredictedPeak.of(config, budget.peak()));
  }

  /// Other sizes than those of a budget, by a formula; workspaces are the budget's.
  static Hypothesis modelled(
      DriftCause cause,
      String words,
      double surprise,
      MemorySize allocated,
      MemorySize reserved,
      PredictedPeak budget) {
    return new Hypothesis(
        cause, words, surprise, false, new PredictedPeak(allocated, reserved, budget.workspaces()));
  }
}
