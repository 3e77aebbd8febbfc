package dev.headroom.cli.evaluate;

import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.TrainingSetup;
import org.jspecify.annotations.Nullable;

/// How the job of a row was run; what is null or unknown is as in the layer config.
///
/// @param batch samples that a rank takes at once
/// @param mode see [WhatIf], as of precision and optimizer
record RowSetup(
    int batch,
    @Nullable String mode,
    @Nullable String precision,
    @Nullable String optimizer,
    Framework framework) {

  /// @throws IllegalArgumentException naming what is no set-up
  RowSetup {
    whatIf(batch, mode, precision, optimizer).applied(TrainingSetup.of(1, Optimizer.SGD));
  }

  /// The config of the job that was measured.
  LayerConfig applied(LayerConfig config) {
    LayerConfig changed = whatIf(batch, mode, precision, optimizer).applied(config);
    return framework.isKnown() ? changed.withFramework(framework) : changed;
  }

  private static WhatIf whatIf(
      int batch, @Nullable String mode, @Nullable String precision, @Nullable String optimizer) {
    return new WhatIf(batch, precision, optimizer, mode, null);
  }
}
