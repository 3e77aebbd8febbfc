package dev.headroom.ledger.condition;

import java.time.Instant;

/// The newest layer config of a job, which was refused.
///
/// @param reason names the field and the value
/// @param seenAt when it was read, by the monitor's own clock
public record RefusedConfig(String job, String reason, Instant seenAt) {}
