package dev.headroom.network;

/// What a job says about its model: the layer graph, or why it could not be described.
public sealed interface ModelDescription permits Network, Undescribed {}
