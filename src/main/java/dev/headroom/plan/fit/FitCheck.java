package dev.headroom.plan.fit;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import java.util.function.Function;

/// Says whether jobs fit on devices.
///
/// @param predict the budget of a job; its allocator's figures do not depend on the GPU
/// @param spread what it holds on a kind of GPU beyond them
public record FitCheck(Function<LayerConfig, Prediction> predict, DeviceSpread spread) {

  /// How a job whose budget is known fits.
  public Fit of(LayerConfig config, Budget budget, CudaDevice device) {
    return Fit.of(device, spread.of(config, budget, device.model()));
  }

  /// How many samples at once fit at the 95th percentile; one more does not.
  public LargestBatch largestBatch(LayerConfig config, CudaDevice device) {
    return LargestBatch.of(config, predict, (job, budget) -> of(job, budget, device).fits());
  }
}
