package dev.headroom.ingest.batch;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.PredictionDrift;
import java.util.Optional;

/// The relative errors of the predictions of jobs that ended.
final class PredictionErrors {

  private PredictionErrors() {}

  /// (measured − predicted) / predicted; empty for a job without a measured or without a predicted
  /// peak. Of the most exact size that both sides know: the allocator's own, else what it reserved,
  /// else what the driver says of the process.
  static Optional<Double> error(JobState ended) {
    return ended
        .allocatedDrift()
        .or(ended::reservedDrift)
        .or(ended::deviceDrift)
        .map(PredictionDrift::ratio);
  }
}
