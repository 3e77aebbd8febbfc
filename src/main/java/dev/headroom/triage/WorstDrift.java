package dev.headroom.triage;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.PredictionDrift;
import java.util.Optional;

/// The largest relative difference of a job's measured peaks from its budget, as the alert
/// HeadroomBudgetExceeded takes it: of allocated and reserved, and of the device where neither is
/// measured: that is predicted roughly, since drivers and libraries add what no layer config says.
///
/// @param size which of the sizes it is of
public record WorstDrift(MeasuredSize size, PredictionDrift drift) {

  /// Empty where no size is both measured and predicted.
  public static Optional<WorstDrift> of(JobState job) {
    Optional<WorstDrift> allocated =
        job.allocatedDrift().map(drift -> new WorstDrift(MeasuredSize.ALLOCATED, drift));
    Optional<WorstDrift> reserved =
        job.reservedDrift().map(drift -> new WorstDrift(MeasuredSize.RESERVED, drift));
    if (allocated.isPresent() && reserved.isPresent()) {
      boolean isReserved =
          reserved.orElseThrow().drift.ratio() > allocated.orElseThrow().drift.ratio();
      return isReserved ? reserved : allocated;
    }
    return allocated
        .or(() -> reserved)
        .or(() -> job.deviceDrift().map(drift -> new WorstDrift(MeasuredSize.DEVICE, drift)));
  }
}
