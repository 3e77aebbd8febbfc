package dev.headroom.history;

import dev.headroom.ledger.state.JobState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run that is over, as its last summary told of it.
///
/// @param state of at most [#MAX_PLACEMENTS] ranks, with its last owner, without its registration
/// @param outcome `completed`, `failed`, `out_of_memory`, or `replaced` by another run
/// @param gpuModel of its fullest rank; null where nobody told
public record EndedRun(JobState state, String outcome, Instant endedAt, @Nullable String gpuModel) {

  static final int MAX_PLACEMENTS = 64;
  static final String REPLACED = "replaced";

  /// A run that ended by itself.
  static EndedRun ended(JobState job, Instant endedAt, @Nullable String gpuModel) {
    return new EndedRun(kept(job, endedAt), job.outcome().wireName(), endedAt, gpuModel);
  }

  /// A run in whose place another one began.
  static EndedRun replaced(JobState job, Instant at, @Nullable String gpuModel) {
    return new EndedRun(kept(job, at), REPLACED, at, gpuModel);
  }

  private static JobState kept(JobState job, Instant endedAt) {
    return JobState.restored(
            job.job(),
            job.run(),
            job.partition(),
            job.content(),
            List.copyOf(
                job.placements().subList(0, Math.min(job.placements().size(), MAX_PLACEMENTS))),
            job.peaks(),
            job.tally(),
            job.steps(),
            job.began(),
            job.firstSample(),
            job.lastSample(),
            endedAt,
            job.asOf() == null ? job.seenAt() : job.asOf(),
            job.pastRuns())
        .attributedTo(job.ownership());
  }
}
