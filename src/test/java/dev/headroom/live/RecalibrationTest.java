package dev.headroom.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.headroom.budget.Budget;
import dev.headroom.budget.KernelTemporaries;
import dev.headroom.budget.Peak;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.SingleEvent;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/// What is expected of jobs follows their GPU and what was learned.
class RecalibrationTest {

  /// The median follows the prediction, by slopes that are a little above 1.
  private static final Percentage NEARLY = withPercentage(1);

  private final Calibrations calibrations =
      new Calibrations(GpuCatalogueReader.own(), new Predictions());
  private final Calibration newest = calibrations.newest();
  private final JobKinds kinds = new JobKinds(GpuCatalogueReader.own());

  @Test
  void aJobIsExpectedToHoldWhatItsGpuSays() {
    // Given
    Snapshot snapshot = ledger().snapshot();

    // When
    Registration changed = Objects.requireNonNull(changed(snapshot).get("a"));

    // Then
    Expectation expected = Objects.requireNonNull(changed.expected());
    assertThat(expected.calibration()).isSameAs(newest);
    assertThat(expected.kind().gpuModel()).isEqualTo("A100-40GB");
    Budget budget = (Budget) changed.prediction();
    assertThat(budget.peak().device()).isEqualTo(expected.of(MeasuredSize.DEVICE).p50());
    assertThat(budget.peak().deviceP95()).isEqualTo(expected.of(MeasuredSize.DEVICE).p95());
  }

  /// Of allocated, reserved and the device; the sizes that the prediction is proven by stay.
  @Test
  void whatKernelsMakeForThemselvesIsExpected() {
    // Given
    var temporaries = new KernelTemporaries(MemorySize.ofMebibytes(4), MemorySize.ofMebibytes(6));
    Registration plain = recalibrated(budget(KernelTemporaries.NONE));

    // When
    Registration changed = recalibrated(budget(temporaries));

    // Then
    Peak peak = ((Budget) changed.prediction()).peak();
    Expectation expected = Objects.requireNonNull(changed.expected());
    Expectation before = Objects.requireNonNull(plain.expected());
    assertThat(peak.allocated()).isEqualTo(MemorySize.ofMebibytes(20));
    assertThat(peak.reserved()).isEqualTo(MemorySize.ofMebibytes(30));
    assertThat(peak.device()).isEqualTo(expected.of(MeasuredSize.DEVICE).p50());
    assertThat(peak.deviceP95()).isEqualTo(expected.of(MeasuredSize.DEVICE).p95());
    assertThat(more(before, expected, MeasuredSize.ALLOCATED).bytes())
        .isCloseTo(temporaries.allocated().bytes(), NEARLY);
    assertThat(more(before, expected, MeasuredSize.RESERVED).bytes())
        .isCloseTo(temporaries.reserved().bytes(), NEARLY);
    assertThat(more(before, expected, MeasuredSize.DEVICE))
        .isBetween(temporaries.reserved(), MemorySize.ofMebibytes(7));
  }

  private static MemorySize more(Expectation before, Expectation after, MeasuredSize size) {
    return after.of(size).p50().minusOrZero(before.of(size).p50());
  }

  private Registration recalibrated(Budget budget) {
    SnapshotBuilder ledger = new SnapshotBuilder();
    ledger.with(SnapshotBuilder.config("a", "m", budget), 0);
    return Objects.requireNonNull(changed(ledger.snapshot()).get("a"));
  }

  private static Budget budget(KernelTemporaries temporaries) {
    var like = (Budget) SnapshotBuilder.config("a", "m").registration().prediction();
    MemorySize device = MemorySize.ofMebibytes(60);
    return new Budget(
        like.model(),
        like.iteration(),
        new Peak(
            MemorySize.ofMebibytes(10),
            MemorySize.ofMebibytes(20),
            MemorySize.ofMebibytes(30),
            device,
            device,
            like.peak().phase(),
            like.peak().layer(),
            1,
            MemorySize.ZERO,
            temporaries),
        new Budget.Stack(Map.of(Category.OTHER, device), Map.of()),
        like.layers(),
        like.timeline(),
        like.confidence(),
        like.reasons());
  }

  @Test
  void whatIsCalibratedSoIsLeftAlone() {
    // Given
    Snapshot snapshot = ledger().snapshot();
    Snapshot calibrated =
        SingleEvent.fold(snapshot, new Arrival.Calibrated(changed(snapshot)), SnapshotBuilder.START)
            .snapshot();

    // When, then
    assertThat(changed(calibrated)).isEmpty();
    assertThat(Recalibration.of(calibrated, calibrated(), kinds)).containsOnlyKeys("a");
  }

  @Test
  void aJobWithoutAConfigAndOneThatEndedAreLeftAlone() {
    SnapshotBuilder ledger = ledger();
    ledger.with(SnapshotBuilder.sample("bare", "GPU-1", 3).reserved(new MemorySize(5)).build(), 3);
    ledger.with(
        SnapshotBuilder.sample("a", "GPU-1", 4)
            .reserved(new MemorySize(5))
            .phase(JobPhase.ENDED)
            .outcome(RunOutcome.COMPLETED)
            .build(),
        4);
    assertThat(changed(ledger.snapshot())).isEmpty();
  }

  private Map<String, Registration> changed(Snapshot snapshot) {
    return Recalibration.of(snapshot, newest, kinds);
  }

  /// The same knowledge, learned at another moment.
  private static Calibration calibrated() {
    return new Calibrations(GpuCatalogueReader.own(), new Predictions()).newest();
  }

  private static SnapshotBuilder ledger() {
    var ledger = new SnapshotBuilder();
    ledger.with(SnapshotBuilder.config("a", "m"), 0);
    ledger.with(SnapshotBuilder.gpu("GPU-1", 1, 100), 1);
    return ledger.with(
        SnapshotBuilder.sample("a", "GPU-1", 2).reserved(new MemorySize(5)).build(), 2);
  }
}
