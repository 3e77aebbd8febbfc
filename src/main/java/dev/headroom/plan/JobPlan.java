package dev.headroom.plan;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.change.Remedy;
import dev.headroom.plan.fit.Fit;
import java.util.List;

/// Whether a job fits on a device, and what to do about it.
public sealed interface JobPlan {

  LayerConfig config();

  /// It cannot be predicted.
  record Unknown(LayerConfig config, Unsupported why) implements JobPlan {}

  /// How it fits.
  ///
  /// @param largestBatch how many samples at once fit
  /// @param remedies what makes it fit, cheapest first; empty where it does, or where nothing would
  record Answer(
      LayerConfig config, Budget budget, Fit fit, LargestBatch largestBatch, List<Remedy> remedies)
      implements JobPlan {

    public Answer {
      remedies = List.copyOf(remedies);
    }
  }
}
