package dev.headroom.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What was learned is applied once it is asked for, to predictions and jobs alike.
class CalibrationsTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final LayerConfig CONFIG = GoldenConfigs.of("vgg16");
  private static final MemorySize RESERVED = MemorySize.ofMebibytes(6000);

  private final Predictions predictions = new Predictions();
  private final Calibrations calibrations = new Calibrations(GPUS, predictions);

  @Test
  void whatIsLearnedCountsFromTheNextRefreshOn() {
    // Given
    Calibration before = calibrations.newest();
    DeviceOverhead.Beyond beyond = overhead();
    long predicted = predicted("A100-40GB");
    Observation observation = observation(9000);
    assertThat(calibrations.hasLearned(observation)).isFalse();

    // When nothing was learned
    calibrations.refresh();
    assertThat(calibrations.newest()).isSameAs(before);

    // When something is, and before it is applied
    calibrations.learn(observation);
    assertThat(calibrations.hasLearned(observation)).isTrue();
    assertThat(calibrations.newest()).isSameAs(before);
    calibrations.refresh();

    // Then
    assertThat(calibrations.newest()).isNotSameAs(before);
    assertThat(overhead().median()).isGreaterThan(beyond.median());
    assertThat(predicted("A100-40GB")).isGreaterThan(predicted);
    Calibration after = calibrations.newest();
    calibrations.refresh();
    assertThat(calibrations.newest()).isSameAs(after);
  }

  @Test
  void aGpuIsKnownByAnyOfItsNames() {
    calibrations.learn(observation(9000));
    calibrations.refresh();
    assertThat(predicted("NVIDIA A100-SXM4-40GB")).isEqualTo(predicted("A100-40GB"));
    assertThat(predicted("T4")).isNotEqualTo(predicted("A100-40GB"));
    assertThat(calibrations.predictions()).isSameAs(predictions);
  }

  @Test
  void predictionsAreCalibratedFromTheStart() {
    long expected =
        ((Budget) new Predictor(calibrations.newest().beyondReserved("")).predict(CONFIG))
            .peak()
            .device()
            .bytes();
    assertThat(((Budget) predictions.predict(CONFIG)).peak().device().bytes()).isEqualTo(expected);
  }

  @Test
  void jobsThatAreNotCalibratedYetAreNamed() {
    var ledger =
        new SnapshotBuilder()
            .with(SnapshotBuilder.config("a", "m"), 0)
            .with(SnapshotBuilder.sample("a", "GPU-1", 1).reserved(new MemorySize(5)).build(), 1);
    assertThat(calibrations.outdated(ledger.snapshot())).containsOnlyKeys("a");
  }

  private DeviceOverhead.Beyond overhead() {
    return calibrations.overhead(GPUS.model("A100-40GB").orElseThrow()).beyond(CONFIG, RESERVED);
  }

  private long predicted(String gpu) {
    return ((Budget) predictions.on(Optional.of(gpu)).apply(CONFIG)).peak().device().bytes();
  }

  private static Observation observation(long mebibytes) {
    return new Observation(
        "a",
        "1",
        SnapshotBuilder.START,
        new JobKind("A100-40GB", CONFIG.framework(), CONFIG.model()),
        new PredictedPeak(RESERVED, RESERVED, MemorySize.ZERO),
        Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(mebibytes)));
  }
}
