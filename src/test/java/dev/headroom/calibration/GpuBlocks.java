package dev.headroom.calibration;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Peak;
import dev.headroom.network.LayerConfig;

/// What a job's allocator holds on a GPU beside what PyTorch holds where no kernel runs: what
/// kernels make for themselves, cuBLAS' workspaces and those of convolutions. Of GPUs that were
/// not measured, as on those that were.
///
/// @param allocated bytes of blocks
/// @param reserved bytes of segments
public record GpuBlocks(long allocated, long reserved) {

  private static final Calibration MEASURED = new History(Prior.UNKNOWN_GPU).calibration();

  /// Those of a job.
  public static GpuBlocks of(LayerConfig config, Budget budget) {
    Peak peak = budget.peak();
    return new GpuBlocks(
        usual(config, peak, MeasuredSize.ALLOCATED) - peak.allocated().bytes(),
        usual(config, peak, MeasuredSize.RESERVED) - peak.reserved().bytes());
  }

  private static long usual(LayerConfig config, Peak peak, MeasuredSize size) {
    var kind = new JobKind("", config.framework(), "");
    return MEASURED.forecast(kind, PredictedPeak.of(config, peak), size).p50().bytes();
  }
}
