package dev.headroom.ledger;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import java.util.List;
import java.util.Map;

/// What became of one arrival, with all that its sender has to act on.
public sealed interface Outcome {

  /// What it did to the ledger.
  Verdict verdict();

  /// There is nothing to say beyond the verdict.
  record Judged(Verdict verdict) implements Outcome {}

  /// A bound of the ledger refused it.
  record Refused(LimitKind limit) implements Outcome {

    @Override
    public Verdict verdict() {
      return Verdict.REJECTED;
    }
  }

  /// A sample ended its job.
  ///
  /// @param job as it ended
  record JobEnded(JobState job) implements Outcome {

    @Override
    public Verdict verdict() {
      return Verdict.APPLIED;
    }
  }

  /// It could not be folded, which is a bug; nothing changed.
  record Failed(RuntimeException cause) implements Outcome {

    @Override
    public Verdict verdict() {
      return Verdict.REJECTED;
    }
  }

  /// A partition's jobs are live.
  ///
  /// @param offsets by job, the first sample that its last summary does not contain
  record Assigned(Map<String, SampleOffset> offsets) implements Outcome {

    public Assigned {
      offsets = Map.copyOf(offsets);
    }

    @Override
    public Verdict verdict() {
      return Verdict.APPLIED;
    }
  }

  /// Jobs of this replica are no longer listed.
  ///
  /// @param forgotten those that fell silent
  /// @param ended those that ended, as they did
  record Expired(List<String> forgotten, List<JobState> ended) implements Outcome {

    public Expired {
      forgotten = List.copyOf(forgotten);
      ended = List.copyOf(ended);
    }

    @Override
    public Verdict verdict() {
      return Verdict.APPLIED;
    }
  }
}
