package dev.headroom.plan.placement;

import java.util.List;

/// Where jobs run, and what is left over.
///
/// @param gpus how many GPUs are used
/// @param bestFitDecreasing how many the baseline uses, and how many runs it leaves over
/// @param atLeast how many any placement of the placed runs uses
/// @param pricePerHour of the GPUs that are used; NaN where not all have a price
public record FleetPlan(
    List<PlacedRun> placed,
    List<LeftOver> leftOver,
    int gpus,
    Baseline bestFitDecreasing,
    int atLeast,
    double pricePerHour) {

  /// What best-fit decreasing makes of the same jobs.
  public record Baseline(int gpus, int leftOver) {}

  public FleetPlan {
    placed = List.copyOf(placed);
    leftOver = List.copyOf(leftOver);
  }

  public boolean isComplete() {
    return leftOver.isEmpty();
  }
}
