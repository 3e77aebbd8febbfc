package dev.headroom.ledger;

/// A GPU was sampled.
public record DeviceSampled(DeviceSample sample) implements JobEvent {}
