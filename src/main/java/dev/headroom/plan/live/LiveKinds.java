package dev.headroom.plan.live;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What kinds live GPUs are: a fleet has thousands of GPUs and few names, so each name is looked up
/// once. For one thread.
final class LiveKinds {

  private final GpuCatalogue catalogue;
  private final Map<Named, GpuModel> known = new HashMap<>();

  /// What decides the kind of a GPU.
  private record Named(@Nullable String model, @Nullable String migProfile, MemorySize total) {}

  LiveKinds(GpuCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  GpuModel of(LiveGpu gpu) {
    return known.computeIfAbsent(
        new Named(gpu.model(), gpu.migProfile(), gpu.total()), _ -> gpu.kind(catalogue));
  }
}
