package dev.headroom.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The answer to a what-if: the set-up that was predicted, and its budget.
///
/// @param setup with the changes that were asked for; of the largest batch, where that is
/// @param gpu which one was asked about, as Headroom names it
/// @param gpuUsableBytes what one process can have of it
/// @param fits whether nineteen of twenty such jobs fit on that GPU
/// @param largestBatch how many samples at once fit on it; with 0 the budget is that of one sample
public record PredictAnswer(
    @JsonUnwrapped BudgetView budget,
    JobDetail.Setup setup,
    @Nullable String gpu,
    @Nullable Long gpuTotalBytes,
    @Nullable Long gpuUsableBytes,
    @Nullable Boolean fits,
    @Nullable Integer largestBatch) {

  public static PredictAnswer of(
      LayerConfig config, Optional<CudaDevice> gpu, Prediction prediction) {
    return gpu.map(on -> on(config, on, prediction, null))
        .orElseGet(
            () ->
                new PredictAnswer(
                    BudgetView.of(config.job(), config.model(), prediction),
                    JobDetail.Setup.of(config),
                    null,
                    null,
                    null,
                    null,
                    null));
  }

  public static PredictAnswer of(LayerConfig config, CudaDevice on, LargestBatch largest) {
    return switch (largest) {
      case LargestBatch.None(var why) -> on(config, on, why, null);
      case LargestBatch.TooLarge(var one) -> on(of(config, 1), on, one, 0);
      case LargestBatch.Fits(int batch, var budget) -> on(of(config, batch), on, budget, batch);
    };
  }

  private static PredictAnswer on(
      LayerConfig config, CudaDevice gpu, Prediction prediction, @Nullable Integer largestBatch) {
    Boolean fits =
        prediction instanceof Budget budget
            ? budget.peak().deviceP95().compareTo(gpu.usable()) <= 0
            : null;
    return new PredictAnswer(
        BudgetView.of(config.job(), config.model(), prediction),
        JobDetail.Setup.of(config),
        gpu.name(),
        gpu.model().total().bytes(),
        gpu.usable().bytes(),
        fits,
        largestBatch);
  }

  private static LayerConfig of(LayerConfig config, int batch) {
    return config.withSetup(config.setup().withBatchSize(batch));
  }
}
