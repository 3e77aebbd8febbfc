package dev.headroom.ledger.event;

import dev.headroom.ledger.state.Registration;

/// A job said what it trains; with what that costs, computed once on the way in.
public record ConfigRegistered(Registration registration) implements JobEvent {}
