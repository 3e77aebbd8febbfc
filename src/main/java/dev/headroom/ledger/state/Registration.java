package dev.headroom.ledger.state;

import dev.headroom.budget.Prediction;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.network.LayerConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A job's layer config and its prediction.
///
/// @param prediction the budget, or why there is none
/// @param content tells two configurations apart, run and job included
/// @param at when the producer wrote it
/// @param expected the learned ranges of its sizes on its GPU; null until they are asked for, and
///     where there is no budget
/// @param reasons why it drifts, as far as that was looked for
public record Registration(
    LayerConfig config,
    Prediction prediction,
    String content,
    Instant at,
    @Nullable Expectation expected,
    DriftReasons reasons) {

  /// Without ranges yet.
  public Registration(LayerConfig config, Prediction prediction, String content, Instant at) {
    this(config, prediction, content, at, null, DriftReasons.NONE);
  }

  /// The same job, its device memory and ranges as they are known now.
  public Registration expecting(Prediction recalibrated, Expectation expectation) {
    return new Registration(config, recalibrated, content, at, expectation, reasons);
  }

  /// The same job, its drift explained.
  public Registration explained(DriftReasons found) {
    return new Registration(config, prediction, content, at, expected, found);
  }
}
