package dev.headroom.ingest.batch;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.PredictionDrift;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The relative errors of the predictions of jobs that ended in a batch.
final class PredictionErrors {

  private PredictionErrors() {}

  /// (measured − predicted) / predicted, once for each job that went on before and has ended after;
  /// none for a job without a measured or without a predicted peak.
  static List<Double> errors(Snapshot before, Snapshot after, Stream<JobEvent> events) {
    var looked = new HashSet<String>();
    return events
        .filter(PredictionErrors::isEnd)
        .map(event -> ((MemorySampled) event).sample().job())
        .filter(looked::add)
        .filter(job -> !hasEnded(before.jobs().get(job)))
        .map(job -> after.jobs().get(job))
        .filter(Objects::nonNull)
        .filter(PredictionErrors::hasEnded)
        .flatMap(job -> error(job).stream())
        .toList();
  }

  /// Whether an event says that a rank ended.
  static boolean isEnd(JobEvent event) {
    return event instanceof MemorySampled(MemorySample sample) && sample.phase() == JobPhase.ENDED;
  }

  private static boolean hasEnded(@Nullable JobState job) {
    return job != null && job.endedAt() != null;
  }

  /// Of the most exact size that both sides know: the allocator's own, else what it reserved, else
  /// what the driver says of the process.
  private static Optional<Double> error(JobState job) {
    return job.allocatedDrift()
        .or(job::reservedDrift)
        .or(job::deviceDrift)
        .map(PredictionDrift::ratio);
  }
}
