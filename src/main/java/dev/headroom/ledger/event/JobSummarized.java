package dev.headroom.ledger.event;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import java.time.Instant;

/// The owner of a job summarized its state.
///
/// @param state without its registration, which every replica reads itself
/// @param asOf when the owner wrote it
/// @param offset the first sample of the job's partition that is not in it
public record JobSummarized(JobState state, Instant asOf, SampleOffset offset)
    implements JobEvent {}
