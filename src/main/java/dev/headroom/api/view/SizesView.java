package dev.headroom.api.view;

import dev.headroom.budget.Peak;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.PredictionDrift;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import org.jspecify.annotations.Nullable;

/// Sizes as the API writes them. Null is unknown and left out.
final class SizesView {

  private SizesView() {}

  /// What was measured of a rank.
  record Measured(
      @Nullable Long allocatedBytes,
      @Nullable Long reservedBytes,
      @Nullable Long processUsedBytes) {

    static Measured of(MemorySample.Sizes sizes) {
      return new Measured(
          bytes(sizes.allocated()), bytes(sizes.reserved()), bytes(sizes.processUsed()));
    }

    static Measured of(MemoryPeaks peaks) {
      return new Measured(
          bytes(peaks.allocated()), bytes(peaks.reserved()), bytes(peaks.process()));
    }
  }

  /// What is predicted of a rank at its peak, and where in an iteration that is.
  record Predicted(
      long tensorBytes,
      long allocatedBytes,
      long reservedBytes,
      long deviceP50Bytes,
      long deviceP95Bytes,
      long kernelTemporariesAllocatedBytes,
      long kernelTemporariesReservedBytes,
      String phase,
      String layer) {

    static Predicted of(Peak peak) {
      return new Predicted(
          peak.tensor().bytes(),
          peak.allocated().bytes(),
          peak.reserved().bytes(),
          peak.device().bytes(),
          peak.deviceP95().bytes(),
          peak.kernelTemporaries().allocated().bytes(),
          peak.kernelTemporaries().reserved().bytes(),
          peak.phase().wireName(),
          peak.layer());
    }
  }

  /// Measured peak minus predicted peak of one size, and that by the predicted.
  record Difference(long bytes, double ratio) {

    private static @Nullable Difference of(@Nullable PredictionDrift drift) {
      return drift == null ? null : new Difference(drift.bytes(), drift.ratio());
    }
  }

  /// Each size's drift; null without both sides.
  record Drifts(
      @Nullable Difference allocated, @Nullable Difference reserved, @Nullable Difference device) {

    static Drifts of(JobState job) {
      return new Drifts(
          Difference.of(job.allocatedDrift().orElse(null)),
          Difference.of(job.reservedDrift().orElse(null)),
          Difference.of(job.deviceDrift().orElse(null)));
    }
  }

  static @Nullable Long bytes(@Nullable MemorySize size) {
    return size == null ? null : size.bytes();
  }
}
