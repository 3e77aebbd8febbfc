package dev.headroom.plan.placement;

import dev.headroom.gpu.CudaDevice;

/// Where one rank runs.
///
/// @param gpu its index on the node
/// @param p95 what it holds there at the 95th percentile, bytes
public record PlacedRank(String node, int gpu, CudaDevice device, long p95) {}
