package dev.headroom.network;

/// A tensor that the data loader hands to the network, the batch dimension left out.
public record Input(String name, TensorShape shape, DType dtype) {}
