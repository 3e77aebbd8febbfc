package dev.headroom.plan.live;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import dev.headroom.sample.DeviceSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A GPU or slice of the live fleet, as the monitor knows it.
///
/// @param model as NVML names it; null where nobody told
/// @param migProfile of a slice
/// @param headroom what is left once each job on it has reached its peak, the driver's reserve
///     included, bytes; negative where the jobs do not fit together
/// @param unattributed what is used and no job explains
/// @param jobs how many are on it
public record LiveGpu(
    String host,
    @Nullable Integer index,
    @Nullable String model,
    @Nullable String migProfile,
    MemorySize total,
    long headroom,
    MemorySize unattributed,
    int jobs) {

  private static final String UNKNOWN = "unknown";

  /// The fleet that some live GPUs are; a kind that the catalogue does not know is as large as its
  /// own agent says. On each node they come by index, slices after whole GPUs.
  public static Fleet fleet(GpuCatalogue catalogue, List<LiveGpu> gpus) {
    var ordered = new ArrayList<>(gpus);
    ordered.sort(
        Comparator.comparing(LiveGpu::host)
            .thenComparing(gpu -> gpu.migProfile() != null)
            .thenComparing(gpu -> Optional.ofNullable(gpu.index()).orElse(Integer.MAX_VALUE)));
    var kinds = new LiveKinds(catalogue);
    Map<String, List<FleetGpu>> nodes = new LinkedHashMap<>();
    for (LiveGpu gpu : ordered) {
      nodes.computeIfAbsent(gpu.host(), _ -> new ArrayList<>()).add(gpu.as(kinds.of(gpu)));
    }
    return new Fleet(
        nodes.entrySet().stream()
            .map(node -> new FleetNode(node.getKey(), node.getValue()))
            .toList());
  }

  /// A GPU of the ledger.
  static LiveGpu of(GpuHeadroom gpuHeadroom) {
    DeviceSample sample = gpuHeadroom.gpu().sample();
    return new LiveGpu(
        sample.host(),
        sample.index(),
        sample.model(),
        sample.migProfile(),
        sample.total(),
        sample.total().bytes() - gpuHeadroom.committed(),
        gpuHeadroom.unattributed(),
        gpuHeadroom.shares().size());
  }

  /// What plans take it for, where it is of that kind.
  FleetGpu as(GpuModel kind) {
    long held = total.bytes() - headroom;
    MemorySize free = new MemorySize(Math.max(0, kind.usable().bytes() - held));
    MemorySize reserve = total.minusOrZero(kind.usable());
    boolean idle = jobs == 0 && unattributed.compareTo(reserve) <= 0;
    return new FleetGpu(kind, GpuPartition.WHOLE, idle ? kind.usable() : free, idle);
  }

  /// What it is called and has: by the catalogue where that and the agent agree on its size.
  GpuModel kind(GpuCatalogue catalogue) {
    String name = model == null ? UNKNOWN : model;
    Optional<CudaDevice> known =
        catalogue.device(migProfile == null ? name : name + ":" + migProfile);
    MemorySize usable =
        known
            .map(CudaDevice::usable)
            .filter(size -> size.compareTo(total) <= 0)
            .orElseGet(() -> migProfile == null ? GpuModel.usableOf(total) : total);
    return new GpuModel(
        known.map(CudaDevice::name).orElse(migProfile == null ? name : name + ":" + migProfile),
        total,
        usable,
        known
            .map(it -> it.model().usableBasis())
            .orElse("its agent's total, less an assumed reserve"),
        known.map(it -> it.model().computeCapability()).orElse(null),
        null,
        known.filter(it -> it.profile() == null).map(it -> it.model().pricePerHour()).orElse(null));
  }
}
