package dev.headroom.plan.fleet;

import java.util.List;

/// A machine and its GPUs, by their index.
public record FleetNode(String name, List<FleetGpu> gpus) {

  public FleetNode {
    gpus = List.copyOf(gpus);
  }
}
