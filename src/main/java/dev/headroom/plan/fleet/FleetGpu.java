package dev.headroom.plan.fleet;

import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;

/// One GPU of a fleet.
///
/// @param free what new processes can have of it, all together; of an idle one all that is usable
/// @param idle whether nobody is on it: only then a job can have it for itself
public record FleetGpu(GpuModel model, GpuPartition partition, MemorySize free, boolean idle) {

  /// One that nobody is on.
  public static FleetGpu idle(GpuModel model, GpuPartition partition) {
    return new FleetGpu(model, partition, model.usable(), true);
  }
}
