package dev.headroom.plan.placement;

import dev.headroom.gpu.GpuModel;
import dev.headroom.plan.fleet.Fleet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Places jobs by one rule, each run of a job as a whole or not at all.
final class Placer {

  private final PlannedFleet planned;
  private final PlacementRule rule;

  private Placer(PlannedFleet planned, PlacementRule rule) {
    this.planned = planned;
    this.rule = rule;
  }

  /// What a rule made of the jobs.
  ///
  /// @param price of the GPUs in use, an hour; NaN where not all have one
  record Attempt(List<PlacedRun> placed, Map<Workload, Integer> left, int gpus, double price) {

    int leftOver() {
      return left.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  static Attempt attempt(Fleet fleet, List<Workload> workloads, PlacementRule rule) {
    return attempt(fleet, workloads, rule, rule.order(Workload::least));
  }

  /// The same, but each job's size counts as a fifth more or less by chance: another order.
  ///
  /// @param seed which chance
  static Attempt shuffled(Fleet fleet, List<Workload> workloads, PlacementRule rule, long seed) {
    var random = new Random(seed);
    Map<String, Double> sizes = new HashMap<>();
    for (Workload workload : workloads) {
      sizes.put(workload.job().name(), workload.least() * (0.8 + 0.4 * random.nextDouble()));
    }
    return attempt(
        fleet,
        workloads,
        rule,
        rule.order(workload -> sizes.getOrDefault(workload.job().name(), 0.0)));
  }

  private static Attempt attempt(
      Fleet fleet, List<Workload> workloads, PlacementRule rule, Comparator<Workload> order) {
    var planned = new PlannedFleet(fleet);
    var placer = new Placer(planned, rule);
    var ordered = new ArrayList<>(workloads);
    ordered.sort(order);
    var placed = new ArrayList<PlacedRun>();
    var left = new LinkedHashMap<Workload, Integer>();
    for (Workload workload : ordered) {
      for (int replica = 0; replica < workload.job().replicas(); replica++) {
        Optional<PlacedRun> run = placer.place(workload, replica);
        if (run.isEmpty()) {
          // The others are alike.
          left.put(workload, workload.job().replicas() - replica);
          break;
        }
        placed.add(run.get());
      }
    }
    return new Attempt(placed, left, planned.usedGpus(), planned.price());
  }

  private Optional<PlacedRun> place(Workload workload, int replica) {
    if (workload.why().isPresent()) {
      return Optional.empty();
    }
    return workload.job().ranks() == 1 ? one(workload, replica) : several(workload, replica);
  }

  private Optional<PlacedRun> one(Workload workload, int replica) {
    PlannedGpu best = null;
    long least = Long.MAX_VALUE;
    for (int kind = 0; kind < planned.kinds(); kind++) {
      PlannedGpu gpu = planned.tightest(kind, workload);
      long left = gpu == null ? PlannedGpu.NOT_HERE : gpu.left(workload, true);
      if (left >= 0 && left < least) {
        best = gpu;
        least = left;
      }
    }
    boolean opens = best == null;
    if (best == null) {
      best = fresh(workload);
    }
    if (best == null) {
      return Optional.empty();
    }
    String reason =
        opens
            ? workload.job().shares() ? "no GPU in use has room" : "least is left over on it"
            : "on a GPU in use";
    return Optional.of(
        new PlacedRun(workload, replica, List.of(planned.take(best, workload)), reason));
  }

  private @Nullable PlannedGpu fresh(Workload workload) {
    PlannedGpu best = null;
    double least = Double.MAX_VALUE;
    for (int kind = 0; kind < planned.kinds(); kind++) {
      PlannedGpu gpu = planned.untouched(kind);
      long left = gpu == null ? PlannedGpu.NOT_HERE : gpu.left(workload, true);
      if (gpu != null && left >= 0) {
        double cost = rule.cost(workload, gpu, left);
        if (cost < least) {
          best = gpu;
          least = cost;
        }
      }
    }
    return best;
  }

  /// How many of a node's GPUs of one model a job's ranks can have, and what is left of the
  /// tightest.
  private record Side(PlannedFleet.Group group, int size, long left) {}

  private Optional<PlacedRun> several(Workload workload, int replica) {
    int ranks = workload.job().ranks();
    Side tightest = null;
    Map<GpuModel, List<Side>> sides = new LinkedHashMap<>();
    for (PlannedFleet.Group group : planned.groups()) {
      Side side = side(group, workload);
      if (side.size() == 0) {
        continue;
      }
      if (side.size() >= ranks) {
        if (tightest == null || isTighter(side, tightest)) {
          tightest = side;
        }
      } else if (tightest == null) {
        sides.computeIfAbsent(group.model(), _ -> new ArrayList<>()).add(side);
      }
    }
    if (tightest != null) {
      return Optional.of(
          placed(workload, replica, open(tightest.group(), workload), "all ranks on one node"));
    }
    return sides.values().stream()
        .filter(of -> of.stream().mapToInt(Side::size).sum() >= ranks)
        .min(Comparator.comparingLong(of -> of.getFirst().left()))
        .map(of -> spread(workload, replica, of));
  }

  private PlacedRun spread(Workload workload, int replica, List<Side> sides) {
    var most = new ArrayList<>(sides);
    most.sort(Comparator.comparingInt(Side::size).reversed());
    var gpus = new ArrayList<PlannedGpu>();
    int nodes = 0;
    for (Side side : most) {
      if (gpus.size() >= workload.job().ranks()) {
        break;
      }
      gpus.addAll(open(side.group(), workload));
      nodes++;
    }
    return placed(
        workload,
        replica,
        gpus,
        "on %d nodes: none has %d GPUs left for it".formatted(nodes, workload.job().ranks()));
  }

  private PlacedRun placed(Workload workload, int replica, List<PlannedGpu> gpus, String reason) {
    var ranks = new ArrayList<PlacedRank>();
    for (PlannedGpu gpu : gpus.subList(0, workload.job().ranks())) {
      ranks.add(planned.take(gpu, workload));
    }
    return new PlacedRun(workload, replica, ranks, reason);
  }

  /// Less left on each GPU, then fewer GPUs left on the node.
  private static boolean isTighter(Side one, Side other) {
    return one.left() != other.left() ? one.left() < other.left() : one.size() < other.size();
  }

  private static Side side(PlannedFleet.Group group, Workload workload) {
    int size = 0;
    long least = Long.MAX_VALUE;
    if (workload.on(group.model()) <= group.model().usable().bytes()) {
      for (PlannedGpu gpu : group.gpus()) {
        long left = gpu.left(workload, false);
        if (left >= 0) {
          size++;
          least = Math.min(least, left);
        }
      }
    }
    return new Side(group, size, least);
  }

  /// The GPUs of a side, the tightest first.
  private static List<PlannedGpu> open(PlannedFleet.Group group, Workload workload) {
    return group.gpus().stream()
        .filter(gpu -> gpu.left(workload, false) >= 0)
        .sorted(Comparator.comparingLong(gpu -> gpu.left(workload, false)))
        .toList();
  }
}
