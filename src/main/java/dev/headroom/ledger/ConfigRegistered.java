package dev.headroom.ledger;

/// A job said what it trains; with what that costs, computed once on the way in.
public record ConfigRegistered(Registration registration) implements JobEvent {}
