package dev.headroom.live;

import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.History;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.Prior;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.Registration;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;

/// Holds what was learned last, and applies it to predictions and to the jobs of the ledger.
@ApplicationScoped
@Startup
public class Calibrations {

  private final GpuCatalogue catalogue;
  private final Predictions predictions;
  private final History history = new History(Prior.BUILT_IN);
  private volatile Calibration newest = history.calibration();
  private boolean hasLearned;

  @Inject
  public Calibrations(GpuCatalogue catalogue, Predictions predictions) {
    this.catalogue = catalogue;
    this.predictions = predictions;
    apply();
  }

  /// What predicts with what was learned last.
  public Predictions predictions() {
    return predictions;
  }

  /// What was learned last.
  public Calibration newest() {
    return newest;
  }

  /// What a kind of GPU holds beyond the allocator's segments, as far as was learned.
  public DeviceOverhead overhead(GpuModel gpu) {
    return newest.beyondReserved(gpu.name());
  }

  /// Learns what a settled run teaches; it counts from the next [#refresh] on.
  public synchronized void learn(Observation observation) {
    history.learn(observation);
    hasLearned = true;
  }

  /// Whether what the same run teaches is remembered.
  public synchronized boolean hasLearned(Observation observation) {
    return history.hasLearned(observation);
  }

  /// Applies what was learned since, if anything was.
  public synchronized void refresh() {
    if (hasLearned) {
      hasLearned = false;
      newest = history.calibration();
      apply();
    }
  }

  /// From now on predictions are calibrated by the newest.
  private void apply() {
    Calibration calibration = newest;
    predictions.use(gpu -> predictor(catalogue, calibration, gpu)::predict);
  }

  private static Predictor predictor(
      GpuCatalogue catalogue, Calibration calibration, Optional<String> gpu) {
    String gpuModel = gpu.map(name -> JobKinds.name(catalogue, name)).orElse("");
    return new Predictor(calibration.beyondReserved(gpuModel));
  }

  /// The registrations of jobs that are not calibrated so yet, as they should be, by job.
  public Map<String, Registration> outdated(Snapshot snapshot) {
    return Recalibration.of(snapshot, newest, new JobKinds(catalogue));
  }
}
