package dev.headroom.plan.change;

import dev.headroom.plan.change.Trial.Outcome;
import java.util.List;

/// A kind of change to a job's set-up.
interface SetupChange {

  /// What was tried of this kind on top of a job's present set-up: what costs the training least
  /// first, up to the first that fits; all of it where none does.
  List<Outcome> tried(Outcome from, Trial trial);
}
