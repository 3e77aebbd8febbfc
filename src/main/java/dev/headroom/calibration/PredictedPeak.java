package dev.headroom.calibration;

import dev.headroom.budget.Peak;
import dev.headroom.calibration.regression.Point;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;

/// What the budget says of a job: where a learned line is asked.
///
/// @param allocated on a GPU, with what kernels make for themselves
/// @param reserved as allocated is
/// @param workspaces see [ConvolutionReach]
public record PredictedPeak(MemorySize allocated, MemorySize reserved, MemorySize workspaces) {

  private static final double MEBIBYTE = 1L << 20;

  public static PredictedPeak of(LayerConfig config, Peak peak) {
    return new PredictedPeak(
        peak.expectedAllocated(), peak.expectedReserved(), ConvolutionReach.of(config));
  }

  Point point(MeasuredSize size) {
    MemorySize predicted = size == MeasuredSize.ALLOCATED ? allocated : reserved;
    return new Point(mebibytes(predicted), mebibytes(workspaces));
  }

  static double mebibytes(MemorySize size) {
    return size.bytes() / MEBIBYTE;
  }

  static MemorySize bytes(double mebibytes) {
    return new MemorySize(Math.max(0, Math.round(mebibytes * MEBIBYTE)));
  }
}
