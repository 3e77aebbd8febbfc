package dev.headroom.plan.placement;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// An order of jobs and a choice of GPUs.
enum PlacementRule {
  /// Best-fit decreasing: the largest rank first, where least is left; GPUs in use come first.
  BEST_FIT_DECREASING,
  /// The same, jobs of many ranks first: they need room side by side.
  RANKS_FIRST,
  /// Jobs that have a device for themselves first, then those that share; each opens the GPU that
  /// it takes the smallest part of.
  FEWEST_GPUS,
  /// Best-fit decreasing that opens the GPU of the lowest price, or where there are none, the one
  /// that has most room.
  CHEAPEST_GPU;

  static final List<PlacementRule> ALL = List.of(values());

  /// What it costs to open a GPU for a rank that leaves so much of its device.
  double cost(Workload workload, PlannedGpu gpu, long left) {
    return switch (this) {
      case BEST_FIT_DECREASING, RANKS_FIRST -> left;
      case FEWEST_GPUS -> gpu.part(workload);
      case CHEAPEST_GPU -> {
        Double price = gpu.model.pricePerHour();
        yield price == null ? -left : price;
      }
    };
  }

  /// Which jobs come first.
  ///
  /// @param size how large a job counts as
  Comparator<Workload> order(ToDoubleFunction<Workload> size) {
    Comparator<Workload> largest =
        Comparator.comparingDouble(size)
            .thenComparingInt(workload -> workload.job().ranks())
            .reversed()
            .thenComparing(workload -> workload.job().name());
    return switch (this) {
      case BEST_FIT_DECREASING, CHEAPEST_GPU -> largest;
      case FEWEST_GPUS ->
          Comparator.comparing((Workload workload) -> workload.job().shares())
              .thenComparing(largest);
      case RANKS_FIRST ->
          Comparator.comparingInt((Workload workload) -> workload.job().ranks())
              .reversed()
              .thenComparing(largest);
    };
  }
}
