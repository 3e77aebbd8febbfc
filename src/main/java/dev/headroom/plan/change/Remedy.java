package dev.headroom.plan.change;

import dev.headroom.budget.Budget;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.fit.Fit;
import java.util.List;

/// Changes that make a job fit.
///
/// @param changes what to do, for people; all of it together
/// @param config the job with them
/// @param budget what it then costs
/// @param fit how it then fits
public record Remedy(List<String> changes, LayerConfig config, Budget budget, Fit fit) {

  public Remedy {
    changes = List.copyOf(changes);
  }
}
