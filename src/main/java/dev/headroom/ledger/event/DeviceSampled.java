package dev.headroom.ledger.event;

import dev.headroom.sample.DeviceSample;

/// A GPU was sampled.
public record DeviceSampled(DeviceSample sample) implements JobEvent {}
