package dev.headroom.plan.fit;

import dev.headroom.budget.Budget;
import dev.headroom.gpu.GpuModel;
import dev.headroom.network.LayerConfig;

/// What a job with a budget holds on a kind of GPU: the one place where plans ask for it.
public interface DeviceSpread {

  /// The spread for one rank.
  Spread of(LayerConfig config, Budget budget, GpuModel gpu);
}
