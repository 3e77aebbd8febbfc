package dev.headroom.ledger.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.SingleEvent;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobCondition.Drifting;
import dev.headroom.ledger.condition.JobCondition.Fragmenting;
import dev.headroom.ledger.condition.JobCondition.Leaking;
import dev.headroom.ledger.condition.JobCondition.OverReserved;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.Calibrations;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A job on an A100 that is sampled every second, and the state that it is in.
class JobConditionTest {

  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");
  private static final long MIB = 1L << 20;
  private static final long GPU = 40_960 * MIB;
  private static final LayerConfig CONFIG = config();
  private static final Budget BUDGET = (Budget) new Predictor(new KnownOverheads()).predict(CONFIG);
  private static final long ALLOCATED = BUDGET.peak().allocated().bytes();
  private static final long RESERVED = BUDGET.peak().reserved().bytes();

  private final Calibrations calibrations =
      new Calibrations(GpuCatalogueReader.own(), new Predictions());
  private Snapshot ledger = Snapshot.empty(LedgerLimits.DEFAULT);
  private int second;

  @BeforeEach
  void begins() {
    fold(new ConfigRegistered(new Registration(CONFIG, BUDGET, "content", T0)));
  }

  @Test
  void isRegisteredUntilItIsMeasuredAndStartingUntilItsSecondStep() {
    assertThat(status()).isEqualTo(JobStatus.REGISTERED);
    runs(5, 0, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    assertThat(status()).isEqualTo(JobStatus.STARTING);
    runs(20, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
  }

  @Test
  void noDriftIsJudgedBeforeTheSecondStep() {
    runs(60, 1, _ -> 9000 * MIB, _ -> 9000 * MIB);
    assertThat(status()).isEqualTo(JobStatus.STARTING);
  }

  @Test
  void staysWithinItsBudgetForAnHour() {
    for (int minute = 0; minute < 60; minute++) {
      runs(60, 2 + 40 * minute, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
      assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
    }
  }

  @Test
  void driftsWhereAPlateauOfAllocatedIsAboveItsRange() {
    runs(60, 2, _ -> ALLOCATED / 5, _ -> RESERVED / 5);
    assertThat(condition())
        .isInstanceOfSatisfying(
            Drifting.class,
            it -> {
              assertThat(it.excess().size()).isEqualTo(MeasuredSize.ALLOCATED);
              assertThat(it.excess().ratio()).isBetween(0.18, 0.2);
            });
  }

  @Test
  void driftsWhereTheProcessHoldsWhatTheAllocatorDoesNot() {
    rest = 9000 * MIB;
    runs(60, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    assertThat(condition())
        .isInstanceOfSatisfying(
            Drifting.class, it -> assertThat(it.excess().size()).isEqualTo(MeasuredSize.PROCESS));
  }

  @Test
  void driftsWhereAProcessThatNobodyKnowsIsOnItsGpuButNotWhereAJobIs() {
    runs(60, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    device(new GpuProcess(4712, new MemorySize(9000 * MIB), "neighbour", 0));
    assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
    device(new GpuProcess(4712, new MemorySize(9000 * MIB), null, null));
    assertThat(condition())
        .isInstanceOfSatisfying(
            Drifting.class, it -> assertThat(it.excess().size()).isEqualTo(MeasuredSize.DEVICE));
  }

  /// ace#1396: 24 data loaders with a context of their own, 12 GiB together. They are the job's,
  /// and no excess of its rank's budget, whether or not their own rank is known.
  @Test
  void isWithinItsBudgetWhateverItsDataLoadersHold() {
    runs(60, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    for (Integer rank : Arrays.asList(0, null)) {
      GpuProcess[] loaders =
          IntStream.range(0, 24)
              .mapToObj(
                  i -> new GpuProcess(5000 + i, new MemorySize(520 * MIB), CONFIG.job(), rank))
              .toArray(GpuProcess[]::new);
      device(loaders);
      assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
    }
  }

  /// k8s-device-plugin#461: another job's process has the same id in its own container.
  @Test
  void isWithinItsBudgetWhereAnothersProcessHasItsId() {
    runs(60, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    device(new GpuProcess(4711, new MemorySize(9000 * MIB), "neighbour", 0));
    assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
  }

  /// pytorch#64130: the driver lists a rank on every GPU; what others hold there is not its own.
  @Test
  void isWithinItsBudgetWhateverIsOnAGpuThatItOnlyVisits() {
    runs(60, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    fold(
        new MemorySampled(
            MemorySample.builder(CONFIG.job(), "GPU-2", T0.plusSeconds(second))
                .run(CONFIG.run())
                .rank(0)
                .host("h")
                .pid(4711L)
                .source(SampleSource.NVML)
                .processUsed(MemorySize.ZERO)
                .build()));
    fold(
        new DeviceSampled(
            new DeviceSample(
                "GPU-2",
                "h",
                T0.plusSeconds(second),
                new MemorySize(GPU),
                new MemorySize(GPU - 1),
                1,
                "NVIDIA A100-SXM4-40GB",
                "580",
                null,
                null,
                null,
                List.of(new GpuProcess(4711, MemorySize.ZERO, CONFIG.job(), 0)))));
    assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
  }

  @Test
  void leaksWithATimeToCapacityAndItsRange() {
    runs(200, 2, it -> it * 8 * MIB, it -> it * 8 * MIB / (20 * MIB) * 20 * MIB);
    assertThat(condition())
        .isInstanceOfSatisfying(
            Leaking.class,
            it -> {
              assertThat(it.growth().slope()).isBetween(7.9 * MIB, 8.1 * MIB);
              assertThat(it.filling()).isPresent();
              var filling = it.filling().orElseThrow();
              assertThat(filling.earliest()).isLessThanOrEqualTo(filling.likely());
              assertThat(filling.likely()).isLessThanOrEqualTo(filling.latest());
              long left = GPU - RESERVED - rest - 200 * 8 * MIB;
              assertThat(filling.likely().toSeconds())
                  .isBetween(left / (8 * MIB) - 30, left / (8 * MIB) + 30);
            });
  }

  @Test
  void aLeakIsNotCalledDriftBeforeItIsCertain() {
    for (int part = 0; part < 20; part++) {
      int from = 10 * part;
      runs(10, 2 + 5 * part, it -> (from + it) * 16 * MIB, it -> (from + it) * 16 * MIB);
      assertThat(status())
          .as("after %d s", from + 10)
          .isEqualTo(part < 8 ? JobStatus.WITHIN_BUDGET : JobStatus.LEAKING);
    }
  }

  @Test
  void whatRoseAboveItsRangeDriftsOnceItIsLevel() {
    runs(60, 2, it -> it * 16 * MIB, it -> it * 16 * MIB);
    assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
    runs(30, 40, _ -> 960 * MIB, _ -> 960 * MIB);
    assertThat(status()).isEqualTo(JobStatus.DRIFTING);
  }

  @Test
  void fragmentsWhereReservedGrowsAndAllocatedDoesNot() {
    runs(200, 2, JobConditionTest::asPredicted, it -> it / 4 * 2 * MIB);
    assertThat(condition()).isInstanceOf(Fragmenting.class);
    assertThat(status()).isEqualTo(JobStatus.FRAGMENTING);
  }

  @Test
  void isOverReservedWhereOnlyThePlateauOfReservedIsAboveItsRange() {
    runs(60, 2, JobConditionTest::asPredicted, _ -> RESERVED);
    assertThat(condition())
        .isInstanceOfSatisfying(
            OverReserved.class,
            it -> assertThat(it.excess().size()).isEqualTo(MeasuredSize.RESERVED));
    assertThat(status()).isEqualTo(JobStatus.OVER_RESERVED);
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETED, COMPLETED",
    "FAILED, FAILED",
    "OUT_OF_MEMORY, OUT_OF_MEMORY",
  })
  void endsAsItsRanksSay(RunOutcome outcome, JobStatus status) {
    runs(20, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    fold(
        new MemorySampled(
            sample(T0.plusSeconds(second), SampleSource.FRAMEWORK)
                .phase(JobPhase.ENDED)
                .outcome(outcome)
                .allocated(new MemorySize(1))
                .build()));
    assertThat(status()).isEqualTo(status);
  }

  @Test
  void isUnpredictedWithoutABudget() {
    var none = new Unsupported(List.of("control flow"));
    fold(new ConfigRegistered(new Registration(CONFIG, none, "other", T0)));
    runs(20, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    assertThat(status()).isEqualTo(JobStatus.UNPREDICTED);
  }

  @Test
  void aSingleStepAboveTheRangeIsNoDrift() {
    runs(60, 2, it -> it == 33 ? 9000 * MIB : 0, JobConditionTest::asPredicted);
    assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
  }

  @Test
  void withoutStepsItStartsUntilFiveMinutesWithoutANewPeak() {
    // Given
    runs(100, null, it -> it < 90 ? -ALLOCATED / 2 : 0, JobConditionTest::asPredicted);
    runs(280, null, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    assertThat(status()).isEqualTo(JobStatus.STARTING);

    // When
    runs(40, null, JobConditionTest::asPredicted, JobConditionTest::asPredicted);

    // Then
    assertThat(status()).isEqualTo(JobStatus.WITHIN_BUDGET);
  }

  @Test
  void withoutStepsALeakIsSeenThoughEveryMinuteHasANewPeak() {
    runs(320, null, it -> it * 4 * MIB, it -> it * 4 * MIB);
    assertThat(status()).isEqualTo(JobStatus.LEAKING);
  }

  @Test
  void isSilentWithoutASampleForAMinute() {
    runs(60, 2, JobConditionTest::asPredicted, JobConditionTest::asPredicted);
    second += 61;
    ledger = SingleEvent.expired(ledger, T0.plusSeconds(second));
    assertThat(status()).isEqualTo(JobStatus.SILENT);
  }

  private static long asPredicted(long second) {
    return 0 * second;
  }

  private long rest = 2000 * MIB;

  /// Samples for so many seconds.
  ///
  /// @param step of the first sample, one step in two seconds; null where nobody tells
  /// @param allocated above what is predicted, by the second
  /// @param reserved the same
  private void runs(
      int seconds,
      @Nullable Integer step,
      LongUnaryOperator allocated,
      LongUnaryOperator reserved) {
    for (int i = 0; i < seconds; i++, second++) {
      long held = RESERVED + reserved.applyAsLong(i);
      Instant time = T0.plusSeconds(second);
      fold(
          new MemorySampled(
              sample(time, SampleSource.FRAMEWORK)
                  .step(step == null ? null : (long) step + (step < 2 ? 0 : i / 2))
                  .allocated(new MemorySize(ALLOCATED + allocated.applyAsLong(i)))
                  .reserved(new MemorySize(held))
                  .build()));
      fold(
          new MemorySampled(
              sample(time, SampleSource.NVML)
                  .processUsed(new MemorySize(held + rest))
                  .deviceUsed(new MemorySize(held + rest))
                  .deviceTotal(new MemorySize(GPU))
                  .build()));
      if (i == 0) {
        device();
      }
    }
  }

  private static MemorySample.Builder sample(Instant time, SampleSource source) {
    return MemorySample.builder(CONFIG.job(), "GPU-1", time)
        .run(CONFIG.run())
        .rank(0)
        .host("h")
        .pid(4711L)
        .source(source);
  }

  private void device(GpuProcess... others) {
    long own = RESERVED + rest;
    var processes = new ArrayList<>(List.of(others));
    processes.add(new GpuProcess(4711, new MemorySize(own), CONFIG.job(), 0));
    long used = own;
    for (GpuProcess other : others) {
      used += Objects.requireNonNull(other.used()).bytes();
    }
    second++;
    fold(
        new DeviceSampled(
            new DeviceSample(
                "GPU-1",
                "h",
                T0.plusSeconds(second),
                new MemorySize(GPU),
                new MemorySize(used),
                0,
                "NVIDIA A100-SXM4-40GB",
                "580",
                null,
                null,
                null,
                processes)));
  }

  private void fold(JobEvent event) {
    Instant now = T0.plusSeconds(second);
    ledger = SingleEvent.fold(ledger, event, 3, now).snapshot();
    ledger =
        SingleEvent.fold(ledger, new Arrival.Calibrated(calibrations.outdated(ledger)), now)
            .snapshot();
  }

  private JobCondition condition() {
    JobState job = Objects.requireNonNull(ledger.jobs().get(CONFIG.job()));
    return ledger.condition(job);
  }

  private JobStatus status() {
    return condition().status();
  }

  private static LayerConfig config() {
    try {
      return LayerConfigDecoder.read(
          Files.readAllBytes(Path.of("src/main/resources/simulator/resnet50.layer-config.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
