package dev.headroom.budget.model;

import dev.headroom.memory.MemorySize;

/// What a model holds on one rank, each tensor once.
///
/// @param parameters how many trained and frozen numbers it has, those of other ranks included
/// @param parameterBytes of the rank's own share
public record ModelSizes(long parameters, MemorySize parameterBytes, MemorySize bufferBytes) {}
