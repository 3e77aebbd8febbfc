package dev.headroom.ledger;

/// A rank of a job was sampled.
public record MemorySampled(MemorySample sample) implements JobEvent {}
