package dev.headroom.ledger.event;

import dev.headroom.sample.MemorySample;

/// A rank of a job was sampled.
public record MemorySampled(MemorySample sample) implements JobEvent {}
