package dev.headroom.ledger;

import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.state.Registration;
import java.time.Duration;
import java.util.Map;

/// What the ledger folds: an event that was received, a partition that came or went, or time.
public sealed interface Arrival {

  /// An event was received.
  ///
  /// @param partition of the samples' topic to which the event's job or GPU belongs
  record Received(JobEvent event, int partition) implements Arrival {}

  /// A partition was assigned to this replica: its jobs, restored from their summaries, are live.
  record PartitionAssigned(int partition) implements Arrival {}

  /// A partition was revoked from this replica, and its jobs' summaries are written. They are shown
  /// as of now until their next owner writes newer ones.
  record PartitionRevoked(int partition) implements Arrival {}

  /// A partition was lost: another replica may have folded newer samples of its jobs. So they go
  /// until their summaries are read again.
  record PartitionLost(int partition) implements Arrival {}

  /// What is expected of jobs changed, as their GPU is known or as something was learned.
  ///
  /// @param registrations as they are expected to hold now, by job
  record Calibrated(Map<String, Registration> registrations) implements Arrival {

    public Calibrated {
      registrations = Map.copyOf(registrations);
    }
  }

  /// Time passed: jobs and GPUs that ended or fell silent long enough ago go.
  record TimePassed() implements Arrival {}

  /// The monitor's clock was set: all times shift with it, so that every age stays the same.
  ///
  /// @param by the new time less the old
  record ClockSet(Duration by) implements Arrival {}
}
