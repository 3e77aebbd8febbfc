package dev.headroom.plan.placement;

import dev.headroom.gpu.MigProfile;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.GpuPartition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// The fewest GPUs that any placement of some runs of jobs can use: no proof that one exists.
///
/// Each rank takes at least some share of whatever GPU it is on, and no GPU gives more than 1: with
/// the least shares this is bin packing, whose bound is Martello and Toth's L2 ("Lower bounds and
/// reduction procedures for the bin packing problem", 1990). Beside it, as many of the largest GPUs
/// as hold what is shared, once ranks that share nothing have the smallest that hold them; and
/// ranks of one run are on different GPUs.
final class LowerBound {

  private static final double ELSEWHERE = 2;

  private LowerBound() {}

  static int of(Fleet fleet, List<PlacedRun> placed) {
    List<FleetGpu> kinds =
        fleet.nodes().stream().flatMap(node -> node.gpus().stream()).distinct().toList();
    int best = byCapacity(fleet, kinds, placed);
    for (Measure measure : Measure.values()) {
      best = Math.max(best, martelloToth(shares(kinds, placed, measure)));
    }
    for (PlacedRun run : placed) {
      best = Math.max(best, run.ranks().size());
    }
    return best;
  }

  /// What a GPU that MIG divides has of both, and what instances take.
  private enum Measure {
    MEMORY,
    COMPUTE
  }

  private static double[] shares(List<FleetGpu> kinds, List<PlacedRun> placed, Measure measure) {
    var shares = new ArrayList<Double>();
    Map<String, Double> known = new HashMap<>();
    for (PlacedRun run : placed) {
      Workload workload = run.workload();
      double share =
          known.computeIfAbsent(
              workload.job().name(),
              _ ->
                  kinds.stream().mapToDouble(gpu -> share(workload, gpu, measure)).min().orElse(1));
      shares.addAll(Collections.nCopies(run.ranks().size(), share));
    }
    return shares.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /// The least share of a GPU that a rank takes of it: 1 is all; more where it cannot be there.
  private static double share(Workload workload, FleetGpu gpu, Measure measure) {
    long p95 = workload.on(gpu.model());
    boolean shares = workload.job().shares();
    boolean alone = workload.job().ranks() == 1;
    return switch (gpu.partition()) {
      case GpuPartition.Whole _ -> {
        if (p95 > gpu.free().bytes() || (!shares && !gpu.idle())) {
          yield ELSEWHERE;
        }
        yield shares ? (double) p95 / gpu.free().bytes() : 1;
      }
      case GpuPartition.Divided(List<MigProfile> instances) -> {
        double all = instances.stream().mapToLong(profile -> profile.usable().bytes()).sum();
        OptionalLong least =
            instances.stream()
                .mapToLong(profile -> profile.usable().bytes())
                .filter(bytes -> bytes >= p95)
                .min();
        yield !alone || least.isEmpty() ? ELSEWHERE : (shares ? p95 : least.getAsLong()) / all;
      }
      case GpuPartition.Divisible(var geometry) ->
          !alone || !gpu.idle()
              ? ELSEWHERE
              : geometry.profiles().stream()
                  .filter(profile -> profile.usable().bytes() >= p95)
                  .mapToDouble(
                      profile ->
                          switch (measure) {
                            case MEMORY ->
                                (double) profile.memorySlices() / geometry.memorySlices();
                            case COMPUTE ->
                                (double) profile.computeSlices() / geometry.computeSlices();
                          })
                  .min()
                  .orElse(ELSEWHERE);
    };
  }

  private static int martelloToth(double[] sorted) {
    int best = 0;
    for (double limit : candidates(sorted)) {
      int large = 0;
      int middle = 0;
      double rest = 0;
      double room = 0;
      for (double share : sorted) {
        if (share > 1 - limit) {
          large++;
        } else if (share > 0.5) {
          middle++;
          room += 1 - share;
        } else if (share >= limit) {
          rest += share;
        }
      }
      // Sums of shares are rounded: a whole GPU more must not come of that.
      int more = (int) Math.ceil(Math.max(0, rest - room) - 1e-6);
      best = Math.max(best, large + middle + more);
    }
    return best;
  }

  private static double[] candidates(double[] sorted) {
    double[] small = Arrays.stream(sorted).filter(share -> share <= 0.5).distinct().toArray();
    int step = Math.max(1, small.length / 64);
    var some = new ArrayList<Double>(List.of(0.0));
    for (int i = 0; i < small.length; i += step) {
      some.add(small[i]);
    }
    return some.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// Ranks that need a GPU each take the smallest that hold them; the others share what is left of
  /// the largest.
  private static int byCapacity(Fleet fleet, List<FleetGpu> kinds, List<PlacedRun> placed) {
    var alone = new ArrayList<Long>();
    double slices = 0;
    double bytes = 0;
    for (PlacedRun run : placed) {
      Workload workload = run.workload();
      int ranks = run.ranks().size();
      if (workload.job().shares()) {
        bytes += (double) workload.least() * ranks;
        continue;
      }
      double share =
          kinds.stream().mapToDouble(gpu -> share(workload, gpu, Measure.MEMORY)).min().orElse(1);
      if (share == 1) {
        alone.addAll(Collections.nCopies(ranks, workload.least()));
      } else {
        slices += share * ranks;
      }
    }
    var free = new TreeMap<Long, Integer>();
    fleet.nodes().stream()
        .flatMap(node -> node.gpus().stream())
        .forEach(gpu -> free.merge(gpu.free().bytes(), 1, Integer::sum));
    alone.sort(Comparator.reverseOrder());
    for (long rank : alone) {
      Long smallest = free.ceilingKey(rank);
      if (smallest != null) {
        free.merge(smallest, -1, (has, less) -> has + less == 0 ? null : has + less);
      }
    }
    double gpus = slices;
    for (var size : free.descendingMap().entrySet()) {
      double needed = Math.min(size.getValue(), bytes / size.getKey());
      gpus += needed;
      bytes -= needed * size.getKey();
    }
    return alone.size() + (int) Math.ceil(gpus - 1e-6);
  }
}
