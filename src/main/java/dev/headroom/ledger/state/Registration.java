package dev.headroom.ledger.state;

import dev.headroom.budget.Prediction;
import dev.headroom.network.LayerConfig;
import java.time.Instant;

/// A job's layer config and its prediction.
///
/// @param prediction the budget, or why there is none
/// @param content tells two configurations apart, run and job included
/// @param at when the producer wrote it
public record Registration(LayerConfig config, Prediction prediction, String content, Instant at) {}
