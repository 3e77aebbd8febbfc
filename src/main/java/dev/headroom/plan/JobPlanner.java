package dev.headroom.plan;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Unsupported;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.change.Remedies;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fit.FitCheck;
import java.util.List;

/// Answers whether a job fits, and on what.
public final class JobPlanner {

  private final FitCheck check;
  private final Remedies remedies;

  public JobPlanner(FitCheck check) {
    this.check = check;
    this.remedies = new Remedies(check);
  }

  /// All about a job on one device.
  public JobPlan on(CudaDevice device, LayerConfig config) {
    return switch (check.predict().apply(config)) {
      case Unsupported why -> new JobPlan.Unknown(config, why);
      case Budget budget ->
          new JobPlan.Answer(
              config,
              budget,
              check.of(config, budget, device),
              check.largestBatch(config, device),
              remedies.of(config, device));
    };
  }

  /// How a job whose budget is known fits on each of some devices, in their order.
  public List<Fit> on(List<CudaDevice> devices, LayerConfig config, Budget budget) {
    return devices.stream().map(device -> check.of(config, budget, device)).toList();
  }
}
