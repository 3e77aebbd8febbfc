package dev.headroom.ledger.event;

import dev.headroom.ledger.state.Registration;

/// A job registered its layer config. The event carries the prediction too, which is computed once
/// when the record is read.
public record ConfigRegistered(Registration registration) implements JobEvent {}
