package dev.headroom.budget;

import dev.headroom.memory.MemorySize;

/// What one layer costs.
///
/// @param type the layer's type in the contract
/// @param output its result, for the batch; a view's takes no memory of its own
/// @param saved storages kept for the backward pass that this layer was the last to write
/// @param atPeak of those, what is alive at the peak
public record LayerCost(
    String name,
    String type,
    MemorySize parameters,
    MemorySize output,
    MemorySize saved,
    MemorySize atPeak,
    Confidence confidence) {}
