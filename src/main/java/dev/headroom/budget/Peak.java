package dev.headroom.budget;

import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.MemorySize;

/// The largest instant, in the sizes that people confuse.
///
/// @param tensor bytes of live storages at the instant at which their blocks are largest
/// @param allocated the allocator's blocks at their highest
/// @param reserved the allocator's segments at their highest
/// @param device what the driver shows: reserved, context and libraries; the median
/// @param deviceP95 the same, exceeded by one job in twenty
/// @param layer the layer that runs at that instant; empty in set-up, loss and optimizer step
public record Peak(
    MemorySize tensor,
    MemorySize allocated,
    MemorySize reserved,
    MemorySize device,
    MemorySize deviceP95,
    IterationPhase phase,
    String layer,
    int segments,
    MemorySize inactiveSplit) {

  public Peak {
    if (device.compareTo(reserved) < 0 || deviceP95.compareTo(device) < 0) {
      throw new IllegalArgumentException(
          "sizes are not in order: reserved %d, device %d, device p95 %d"
              .formatted(reserved.bytes(), device.bytes(), deviceP95.bytes()));
    }
  }

  /// The same peak where the device holds otherwise beyond the allocator.
  Peak with(DeviceOverhead.Beyond beyond) {
    return new Peak(
        tensor,
        allocated,
        reserved,
        reserved.plus(beyond.median()),
        reserved.plus(beyond.p95()),
        phase,
        layer,
        segments,
        inactiveSplit);
  }
}
