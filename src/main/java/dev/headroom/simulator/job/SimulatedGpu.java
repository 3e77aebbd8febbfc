package dev.headroom.simulator.job;

/// A GPU of the simulated cluster.
public record SimulatedGpu(String uuid, String host, int index, SimulatedGpuModel model) {}
