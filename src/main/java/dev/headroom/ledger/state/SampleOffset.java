package dev.headroom.ledger.state;

import org.jspecify.annotations.Nullable;

/// The first sample of a job's partition that its summary does not contain.
///
/// @param topic the id of the samples' topic; null from a monitor that did not say it
/// @param offset of the job's partition
public record SampleOffset(@Nullable String topic, long offset) {}
