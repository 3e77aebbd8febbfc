package dev.headroom.live;

import dev.headroom.budget.Budget;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is expected of the ledger's jobs by what is known now. Pure.
final class Recalibration {

  private Recalibration() {}

  /// The registrations of jobs that are not calibrated so yet, as they should be, by job. A job
  /// that has ended keeps what was expected of it.
  static Map<String, Registration> of(Snapshot snapshot, Calibration calibration, JobKinds kinds) {
    var changed = new HashMap<String, Registration>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              Registration registration = recalibrated(job, snapshot, calibration, kinds);
              if (registration != null) {
                changed.put(job.job(), registration);
              }
            });
    return changed;
  }

  private static @Nullable Registration recalibrated(
      JobState job, Snapshot snapshot, Calibration calibration, JobKinds kinds) {
    Registration registration = job.registration();
    if (registration == null
        || job.endedAt() != null
        || !(registration.prediction() instanceof Budget budget)) {
      return null;
    }
    JobKind kind = kinds.of(job, registration.config(), snapshot);
    Expectation before = registration.expected();
    if (before != null && before.calibration() == calibration && before.kind().equals(kind)) {
      return null;
    }
    PredictedPeak predicted =
        before == null
            ? PredictedPeak.of(registration.config(), budget.peak())
            : before.predicted();
    var expected = Expectation.of(calibration, kind, predicted, budget.confidence());
    return registration.expecting(budget.with(beyond(budget, expected)), expected);
  }

  private static DeviceOverhead.Beyond beyond(Budget budget, Expectation expected) {
    Range device = expected.of(MeasuredSize.DEVICE);
    MemorySize reserved = budget.peak().expectedReserved();
    return new DeviceOverhead.Beyond(
        device.p50().minusOrZero(reserved), device.p95().minusOrZero(reserved));
  }
}
