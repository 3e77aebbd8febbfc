package dev.headroom.plan.fit;

import dev.headroom.budget.Budget;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;

/// What is known of a kind of GPU before any job was seen on it.
public final class PriorSpread implements DeviceSpread {

  @Override
  public Spread of(LayerConfig config, Budget budget, GpuModel gpu) {
    MemorySize reserved = budget.peak().reserved();
    DeviceOverhead.Beyond beyond = KnownOverheads.forGpu(gpu.name()).beyond(config, reserved);
    return new Spread(reserved, reserved.plus(beyond.median()), reserved.plus(beyond.p95()));
  }
}
