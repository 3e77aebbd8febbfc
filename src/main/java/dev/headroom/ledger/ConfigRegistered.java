package dev.headroom.ledger;

import dev.headroom.budget.Prediction;
import dev.headroom.network.LayerConfig;

/// A job said what it trains; with what that costs, computed once on the way in.
///
/// @param prediction the budget, or why there is none
public record ConfigRegistered(LayerConfig config, Prediction prediction) implements JobEvent {}
