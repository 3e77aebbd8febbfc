package dev.headroom.triage;

import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.PredictionDrift;
import java.util.Optional;

/// The largest relative difference of a job's measured peaks from its budget, as the alert
/// HeadroomBudgetExceeded takes it: of allocated and reserved, and of the device where neither is
/// measured.
///
/// @param size which of the sizes it is of
public record WorstDrift(ComparedSize size, PredictionDrift drift) {

  /// A size that is measured and predicted.
  public enum ComparedSize {
    ALLOCATED("allocated"),
    RESERVED("reserved"),
    /// Predicted roughly: drivers and libraries add what no layer config says.
    DEVICE("device");

    private final String wireName;

    ComparedSize(String wireName) {
      this.wireName = wireName;
    }

    /// The name in JSON.
    public String wireName() {
      return wireName;
    }
  }

  /// Empty where no size is both measured and predicted.
  public static Optional<WorstDrift> of(JobState job) {
    Optional<WorstDrift> allocated =
        job.allocatedDrift().map(drift -> new WorstDrift(ComparedSize.ALLOCATED, drift));
    Optional<WorstDrift> reserved =
        job.reservedDrift().map(drift -> new WorstDrift(ComparedSize.RESERVED, drift));
    if (allocated.isPresent() && reserved.isPresent()) {
      boolean isReserved =
          reserved.orElseThrow().drift.ratio() > allocated.orElseThrow().drift.ratio();
      return isReserved ? reserved : allocated;
    }
    return allocated
        .or(() -> reserved)
        .or(() -> job.deviceDrift().map(drift -> new WorstDrift(ComparedSize.DEVICE, drift)));
  }
}
