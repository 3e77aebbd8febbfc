package dev.headroom.ledger;

import java.time.Instant;

/// What a job is by its owner's last word.
///
/// @param state without its registration, which every replica reads itself
/// @param asOf when the owner wrote it
public record JobSummarized(JobState state, Instant asOf) implements JobEvent {}
