package dev.headroom.simulator;

/// A GPU of the simulated cluster.
record SimulatedGpu(String uuid, String host, int index, GpuModel model) {}
