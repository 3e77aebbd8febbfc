package dev.headroom.plan.placement;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.GpuPartition;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.plan.placement.Placer.Attempt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Gives jobs their GPUs. The same jobs and the same fleet make the same plan.
///
/// Of several rules and orders the one counts that leaves the fewest runs over; then, where all
/// GPUs have a price, the cheapest; then the one that uses the fewest GPUs. Best-fit decreasing is
/// among them.
public final class FleetPlanner {

  private static final int MAX_ORDERS = 32;

  /// Runs times GPUs that all other orders together may look at.
  private static final long WORK = 4_000_000;

  private final FitCheck check;

  public FleetPlanner(FitCheck check) {
    this.check = check;
  }

  public FleetPlan place(Fleet fleet, List<JobRequest> jobs) {
    List<GpuModel> models = fleet.models();
    return placed(fleet, jobs.stream().map(job -> Workload.of(check, job, models)).toList());
  }

  /// The same for jobs whose sizes are known.
  public static FleetPlan placed(Fleet fleet, List<Workload> workloads) {
    Attempt baseline = Placer.attempt(fleet, workloads, PlacementRule.BEST_FIT_DECREASING);
    Attempt best =
        Stream.concat(Stream.of(baseline), others(fleet, workloads))
            .min(
                Comparator.comparingInt(Attempt::leftOver)
                    .thenComparingDouble(FleetPlanner::price)
                    .thenComparingInt(Attempt::gpus))
            .orElse(baseline);
    var left = new ArrayList<LeftOver>();
    best.left()
        .forEach(
            (workload, runs) -> left.add(new LeftOver(workload, runs, reason(fleet, workload))));
    return new FleetPlan(
        best.placed(),
        left,
        best.gpus(),
        new FleetPlan.Baseline(baseline.gpus(), baseline.leftOver()),
        LowerBound.of(fleet, best.placed()),
        best.price());
  }

  /// The other rules; and where that is little work, each in some other orders.
  private static Stream<Attempt> others(Fleet fleet, List<Workload> workloads) {
    long runs = workloads.stream().mapToLong(workload -> workload.job().replicas()).sum();
    long orders = Math.min(MAX_ORDERS, WORK / (runs * fleet.size()));
    return Stream.concat(
        PlacementRule.ALL.stream()
            .filter(rule -> rule != PlacementRule.BEST_FIT_DECREASING)
            .map(rule -> Placer.attempt(fleet, workloads, rule)),
        LongStream.range(0, orders)
            .boxed()
            .flatMap(
                seed ->
                    Stream.of(PlacementRule.BEST_FIT_DECREASING, PlacementRule.FEWEST_GPUS)
                        .map(rule -> Placer.shuffled(fleet, workloads, rule, seed))));
  }

  private static double price(Attempt attempt) {
    return Double.isNaN(attempt.price()) ? 0 : attempt.price();
  }

  private static String reason(Fleet fleet, Workload workload) {
    if (workload.why().isPresent()) {
      return "cannot be predicted: " + String.join("; ", workload.why().get().reasons());
    }
    JobRequest job = workload.job();
    List<FleetGpu> gpus = fleet.nodes().stream().flatMap(node -> node.gpus().stream()).toList();
    List<FleetGpu> large = gpus.stream().filter(gpu -> isLargeEnough(workload, gpu)).toList();
    if (large.isEmpty()) {
      CudaDevice largest =
          gpus.stream()
              .flatMap(gpu -> devices(gpu, job.ranks() == 1))
              .max(Comparator.comparing(CudaDevice::usable).thenComparing(CudaDevice::name))
              .orElse(CudaDevice.whole(gpus.getFirst().model()));
      return "a rank takes %s at the 95th percentile, the largest here is %s with %s"
          .formatted(
              new MemorySize(workload.on(largest.model())), largest.name(), largest.usable());
    }
    List<FleetGpu> fitting = large.stream().filter(gpu -> isFree(workload, gpu)).toList();
    if (fitting.isEmpty()) {
      return "a rank takes %s at the 95th percentile, none of the %d GPUs of that size is free"
          .formatted(new MemorySize(workload.on(large.getFirst().model())), large.size());
    }
    if (job.ranks() > fitting.size()) {
      return "it has %d ranks, which fit on %d GPUs here".formatted(job.ranks(), fitting.size());
    }
    return job.ranks() == 1
        ? "the %d GPUs that it fits on are taken".formatted(fitting.size())
        : "of the %d GPUs that it fits on, fewer than %d of one model are left"
            .formatted(fitting.size(), job.ranks());
  }

  private static boolean isLargeEnough(Workload workload, FleetGpu gpu) {
    long p95 = workload.on(gpu.model());
    return devices(gpu, workload.job().ranks() == 1)
        .anyMatch(device -> device.usable().bytes() >= p95);
  }

  private static boolean isFree(Workload workload, FleetGpu gpu) {
    boolean open = workload.job().shares() || gpu.idle();
    return open && workload.on(gpu.model()) <= gpu.free().bytes();
  }

  private static Stream<CudaDevice> devices(FleetGpu gpu, boolean alone) {
    return switch (gpu.partition()) {
      case GpuPartition.Whole _ -> Stream.of(CudaDevice.whole(gpu.model()));
      case GpuPartition.Divided(var instances) ->
          alone
              ? instances.stream().map(profile -> new CudaDevice(gpu.model(), profile))
              : Stream.empty();
      case GpuPartition.Divisible(var geometry) ->
          alone
              ? geometry.profiles().stream().map(profile -> new CudaDevice(gpu.model(), profile))
              : Stream.empty();
    };
  }
}
