package dev.headroom.plan.fit;

import dev.headroom.budget.Budget;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.util.function.Function;

/// The spread that follows from what a kind of GPU holds beyond the allocator's segments.
///
/// @param overheads of each kind: known beforehand, or learned from jobs that settled
public record OverheadSpread(Function<GpuModel, DeviceOverhead> overheads) implements DeviceSpread {

  @Override
  public Spread of(LayerConfig config, Budget budget, GpuModel gpu) {
    MemorySize reserved = budget.peak().expectedReserved();
    DeviceOverhead.Beyond beyond = overheads.apply(gpu).beyond(config, reserved);
    return new Spread(reserved, reserved.plus(beyond.median()), reserved.plus(beyond.p95()));
  }
}
