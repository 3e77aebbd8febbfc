package dev.headroom.plan.placement;

import dev.headroom.gpu.GpuModel;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A fleet while a plan is made.
///
/// Of equal GPUs that nobody has yet, one stands for all: that of the node with the fewest such, so
/// that whole nodes stay whole for jobs of many ranks.
final class PlannedFleet {

  /// Where a GPU in use lies: by what is free of it.
  private record Place(long free, int node, int index) implements Comparable<Place> {

    static Place of(PlannedGpu gpu) {
      return new Place(gpu.free(), gpu.node, gpu.index);
    }

    @Override
    public int compareTo(Place other) {
      int byFree = Long.compare(free, other.free);
      int byNode = byFree != 0 ? byFree : Integer.compare(node, other.node);
      return byNode != 0 ? byNode : Integer.compare(index, other.index);
    }
  }

  /// The GPUs of one model on one node.
  record Group(GpuModel model, List<PlannedGpu> gpus) {}

  private final List<List<PlannedGpu>> nodes = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final List<TreeMap<Place, PlannedGpu>> used = new ArrayList<>();
  private final List<int[]> untouched = new ArrayList<>();
  private final List<TreeSet<Integer>> nodesByUntouched = new ArrayList<>();
  private final Fleet fleet;

  PlannedFleet(Fleet fleet) {
    this.fleet = fleet;
    Map<FleetGpu, Integer> kinds = new HashMap<>();
    for (FleetNode node : fleet.nodes()) {
      int at = nodes.size();
      var gpus = new ArrayList<PlannedGpu>();
      for (FleetGpu gpu : node.gpus()) {
        int kind = kinds.computeIfAbsent(gpu, _ -> newKind());
        gpus.add(new PlannedGpu(at, gpus.size(), kind, gpu));
        untouched.get(kind)[at]++;
      }
      nodes.add(gpus);
      gpus.stream()
          .collect(
              Collectors.groupingBy(
                  gpu -> gpu.model.name(), LinkedHashMap::new, Collectors.toList()))
          .values()
          .forEach(of -> groups.add(new Group(of.getFirst().model, List.copyOf(of))));
    }
    for (int kind = 0; kind < untouched.size(); kind++) {
      for (int node = 0; node < nodes.size(); node++) {
        if (untouched.get(kind)[node] > 0) {
          nodesByUntouched.get(kind).add(node);
        }
      }
    }
  }

  private int newKind() {
    int[] counts = new int[fleet.nodes().size()];
    untouched.add(counts);
    used.add(new TreeMap<>());
    nodesByUntouched.add(
        new TreeSet<>(
            Comparator.comparingInt((Integer node) -> counts[node])
                .thenComparingInt(node -> node)));
    return untouched.size() - 1;
  }

  List<Group> groups() {
    return groups;
  }

  int kinds() {
    return untouched.size();
  }

  /// Of the GPUs of a kind that somebody is on, the one that a single rank leaves least of; null
  /// where it fits on none.
  @Nullable PlannedGpu tightest(int kind, Workload workload) {
    TreeMap<Place, PlannedGpu> open = used.get(kind);
    if (open.isEmpty()) {
      return null;
    }
    PlannedGpu any = open.firstEntry().getValue();
    if (any.isWhole()) {
      Map.Entry<Place, PlannedGpu> first =
          workload.job().shares()
              ? open.ceilingEntry(new Place(workload.on(any.model), -1, -1))
              : null;
      return first == null ? null : first.getValue();
    }
    PlannedGpu best = null;
    long least = Long.MAX_VALUE;
    for (PlannedGpu gpu : open.values()) {
      long left = gpu.left(workload, true);
      if (left >= 0 && left < least) {
        best = gpu;
        least = left;
      }
    }
    return best;
  }

  /// One of a kind that nobody is on; null where there is none.
  @Nullable PlannedGpu untouched(int kind) {
    TreeSet<Integer> having = nodesByUntouched.get(kind);
    if (having.isEmpty()) {
      return null;
    }
    for (PlannedGpu gpu : nodes.get(having.first())) {
      if (gpu.kind == kind && !gpu.isUsed()) {
        return gpu;
      }
    }
    throw new IllegalStateException("counted a GPU that is not there");
  }

  PlacedRank take(PlannedGpu gpu, Workload workload) {
    boolean fresh = !gpu.isUsed();
    TreeMap<Place, PlannedGpu> open = used.get(gpu.kind);
    open.remove(Place.of(gpu));
    var device = gpu.take(workload);
    if (fresh) {
      TreeSet<Integer> having = nodesByUntouched.get(gpu.kind);
      having.remove(gpu.node);
      if (--untouched.get(gpu.kind)[gpu.node] > 0) {
        having.add(gpu.node);
      }
    }
    if (!gpu.isFull()) {
      open.put(Place.of(gpu), gpu);
    }
    return new PlacedRank(
        fleet.nodes().get(gpu.node).name(), gpu.index, device, workload.on(gpu.model));
  }

  /// GPUs that somebody is on.
  int usedGpus() {
    int count = 0;
    for (List<PlannedGpu> gpus : nodes) {
      for (PlannedGpu gpu : gpus) {
        count += gpu.isUsed() ? 1 : 0;
      }
    }
    return count;
  }

  /// The price of the GPUs that somebody is on, an hour; NaN where one has none.
  double price() {
    double price = 0;
    for (List<PlannedGpu> gpus : nodes) {
      for (PlannedGpu gpu : gpus) {
        if (gpu.isUsed()) {
          Double each = gpu.model.pricePerHour();
          price += each == null ? Double.NaN : each;
        }
      }
    }
    return price;
  }
}
