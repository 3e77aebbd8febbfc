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
/// @param kernelTemporaries on a GPU beside allocated and reserved; in what the device holds
public record Peak(
    MemorySize tensor,
    MemorySize allocated,
    MemorySize reserved,
    MemorySize device,
    MemorySize deviceP95,
    IterationPhase phase,
    String layer,
    int segments,
    MemorySize inactiveSplit,
    KernelTemporaries kernelTemporaries) {

  public Peak {
    MemorySize expected = reserved.plus(kernelTemporaries.reserved());
    if (device.compareTo(expected) < 0 || deviceP95.compareTo(device) < 0) {
      throw new IllegalArgumentException(
          "sizes are not in order: reserved %d, device %d, device p95 %d"
              .formatted(expected.bytes(), device.bytes(), deviceP95.bytes()));
    }
  }

  /// The allocator's blocks at their highest on a GPU.
  public MemorySize expectedAllocated() {
    return allocated.plus(kernelTemporaries.allocated());
  }

  /// The allocator's segments at their highest on a GPU.
  public MemorySize expectedReserved() {
    return reserved.plus(kernelTemporaries.reserved());
  }

  /// The same peak where the device holds otherwise beyond the allocator.
  Peak with(DeviceOverhead.Beyond beyond) {
    return new Peak(
        tensor,
        allocated,
        reserved,
        expectedReserved().plus(beyond.median()),
        expectedReserved().plus(beyond.p95()),
        phase,
        layer,
        segments,
        inactiveSplit,
        kernelTemporaries);
  }
}
