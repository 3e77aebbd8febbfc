package dev.headroom.budget.trace;

import dev.headroom.memory.Category;

/// What a storage was in an iteration, once that is over.
///
/// @param id its number in the order of allocation, from 0
/// @param layer the layer that wrote it last, or −1
/// @param kept whether it outlives the step that makes it: then only the first step does
/// @param saved whether the forward pass saved it for the backward pass
public record AllocatedStorage(
    int id, long bytes, Category category, int layer, boolean kept, boolean saved) {}
