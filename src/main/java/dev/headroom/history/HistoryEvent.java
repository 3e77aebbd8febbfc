package dev.headroom.history;

import java.time.Instant;

/// Something that happened to a job.
///
/// @param what `run_began`, `completed`, or a concern's name, which was noticed then
public record HistoryEvent(Instant at, String what) {

  static final String RUN_BEGAN = "run_began";
  static final String COMPLETED = "completed";
}
