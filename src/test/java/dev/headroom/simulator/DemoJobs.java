package dev.headroom.simulator;

import dev.headroom.simulator.job.SimulatedJob;

/// The jobs of the demo, for tests of their parts.
public final class DemoJobs {

  private DemoJobs() {}

  public static SimulatedJob first() {
    return SimulatedCluster.of(1, 7, "").jobs().getFirst();
  }
}
