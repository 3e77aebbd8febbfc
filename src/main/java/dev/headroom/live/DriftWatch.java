package dev.headroom.live;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.drift.DriftExplainer;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.state.DriftReasons;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Explains why jobs drift, on a thread of its own: some dozens of predictions for each.
@ApplicationScoped
@Startup
public class DriftWatch {

  private static final Logger LOG = Logger.getLogger(DriftWatch.class);

  /// Jobs that are explained at a time; the others have their turn a second later.
  private static final int AT_A_TIME = 8;

  private final LedgerKeeper keeper;
  private final Calibrations calibrations;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("headroom-drift").factory());

  @Inject
  DriftWatch(LedgerKeeper keeper, Calibrations calibrations) {
    this.keeper = keeper;
    this.calibrations = calibrations;
    var _ = thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  @PreDestroy
  void end() {
    thread.shutdownNow();
  }

  private void look() {
    try {
      Map<String, Registration> explained = explained(keeper.snapshot(), calibrations);
      if (!explained.isEmpty()) {
        var _ = keeper.fold(List.of(new Arrival.Calibrated(explained)), Instant.now());
      }
    } catch (RuntimeException e) {
      LOG.error("a bug: drift is not explained", e);
    }
  }

  /// The registrations of jobs that drift, with the reasons, by job. A job whose peaks are those
  /// that were explained before is not explained again.
  static Map<String, Registration> explained(Snapshot snapshot, Calibrations calibrations) {
    var explained = new HashMap<String, Registration>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              Registration registration = job.registration();
              if (explained.size() < AT_A_TIME
                  && registration != null
                  && registration.expected() != null
                  && isDrifting(snapshot.condition(job).status())) {
                Map<MeasuredSize, MemorySize> held = held(job, snapshot);
                if (!registration.reasons().isOf(held)) {
                  explained.put(
                      job.job(),
                      registration.explained(
                          explain(registration, registration.expected(), held, calibrations)));
                }
              }
            });
    return explained;
  }

  private static boolean isDrifting(JobStatus status) {
    return status == JobStatus.DRIFTING || status == JobStatus.OVER_RESERVED;
  }

  private static DriftReasons explain(
      Registration registration,
      Expectation expected,
      Map<MeasuredSize, MemorySize> held,
      Calibrations calibrations) {
    var explainer = new DriftExplainer(calibrations.predictions()::predict, expected.calibration());
    return new DriftReasons(held, explainer.explain(expected.kind(), registration.config(), held));
  }

  private static Map<MeasuredSize, MemorySize> held(JobState job, Snapshot snapshot) {
    var held = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
    for (MeasuredSize size : MeasuredSize.values()) {
      job.steps().repeated(size).ifPresent(bytes -> held.put(size, bytes));
    }
    snapshot.evidence(job).device().ifPresent(bytes -> held.put(MeasuredSize.DEVICE, bytes));
    return held;
  }
}
