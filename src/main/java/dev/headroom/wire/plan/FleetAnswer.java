package dev.headroom.wire.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.placement.FleetPlan;
import dev.headroom.plan.placement.LeftOver;
import dev.headroom.plan.placement.PlacedRun;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where jobs go on a fleet, for programs; sizes in bytes.
///
/// @param gpus that the fleet has
/// @param gpusUsed by the plan
/// @param gpusUsedByBestFitDecreasing what the baseline uses
/// @param gpusAtLeast what any placement of the placed runs uses
/// @param pricePerHour of the GPUs used; null where not all have a price
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FleetAnswer(
    int gpus,
    int gpusUsed,
    int gpusUsedByBestFitDecreasing,
    int leftOverByBestFitDecreasing,
    int gpusAtLeast,
    @Nullable Double pricePerHour,
    List<ModelAnswer> models,
    List<RunAnswer> placed,
    List<LeftAnswer> leftOver) {

  public FleetAnswer {
    models = List.copyOf(models);
    placed = List.copyOf(placed);
    leftOver = List.copyOf(leftOver);
  }

  /// The GPUs of one model.
  public record ModelAnswer(String model, int gpus, int used) {}

  /// A run of a job.
  public record RunAnswer(String job, int replica, List<RankAnswer> ranks, String reason) {}

  /// Where a rank runs.
  public record RankAnswer(String node, int gpu, String device, long p95Bytes) {}

  /// Runs that found no place.
  public record LeftAnswer(String job, int replicas, String reason) {}

  public static FleetAnswer of(Fleet fleet, FleetPlan plan) {
    return new FleetAnswer(
        fleet.size(),
        plan.gpus(),
        plan.bestFitDecreasing().gpus(),
        plan.bestFitDecreasing().leftOver(),
        plan.atLeast(),
        Double.isNaN(plan.pricePerHour()) ? null : plan.pricePerHour(),
        models(fleet, plan),
        plan.placed().stream().map(FleetAnswer::run).toList(),
        plan.leftOver().stream().map(FleetAnswer::left).toList());
  }

  private static RunAnswer run(PlacedRun run) {
    return new RunAnswer(
        run.workload().job().name(),
        run.replica(),
        run.ranks().stream()
            .map(rank -> new RankAnswer(rank.node(), rank.gpu(), rank.device().name(), rank.p95()))
            .toList(),
        run.reason());
  }

  private static LeftAnswer left(LeftOver left) {
    return new LeftAnswer(left.workload().job().name(), left.replicas(), left.reason());
  }

  private static List<ModelAnswer> models(Fleet fleet, FleetPlan plan) {
    var all = new TreeMap<String, Integer>();
    fleet.nodes().stream()
        .flatMap(node -> node.gpus().stream())
        .forEach(gpu -> all.merge(gpu.model().name(), 1, Integer::sum));
    Map<String, Integer> used = new HashMap<>();
    var seen = new HashSet<String>();
    plan.placed().stream()
        .flatMap(run -> run.ranks().stream())
        .filter(rank -> seen.add(rank.node() + " " + rank.gpu()))
        .forEach(rank -> used.merge(rank.device().model().name(), 1, Integer::sum));
    return all.entrySet().stream()
        .map(
            model ->
                new ModelAnswer(
                    model.getKey(), model.getValue(), used.getOrDefault(model.getKey(), 0)))
        .toList();
  }
}
