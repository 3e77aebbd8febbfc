package dev.headroom.history;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The most that a job's fullest rank held in one span of time; null where not measured.
///
/// @param at where the span begins
/// @param phase the last one in the span
public record HistoryPoint(
    Instant at,
    @Nullable MemorySize allocated,
    @Nullable MemorySize reserved,
    @Nullable MemorySize process,
    @Nullable JobPhase phase) {}
