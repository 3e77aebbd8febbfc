package dev.headroom.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.Budget;
import dev.headroom.budget.KernelTemporaries;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.growth.StepMaxima;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Framework;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One job. The budget of [SnapshotBuilder] is 2000 bytes allocated, 2400 reserved, 2800 in all.
class JobStateTest {

  private static final Instant START = SnapshotBuilder.START;

  @Test
  void measuredPeaksAreComparedWithThoseOfTheBudget() {
    // Given
    JobState job =
        job(
            SnapshotBuilder.config("a", "m"),
            sample(1).allocated(size(2100)).reserved(size(2300)).processUsed(size(3000)));

    // Then
    assertThat(job.allocatedDrift()).contains(new PredictionDrift(100, 0.05));
    assertThat(job.reservedDrift().orElseThrow().bytes()).isEqualTo(-100);
    assertThat(job.deviceDrift().orElseThrow().bytes()).isEqualTo(200);
    assertThat(job.budget()).containsSame((Budget) job.prediction().orElseThrow());
    assertThat(job.preallocates()).isFalse();
  }

  @Test
  void whatKernelsMakeForThemselvesIsNoDrift() {
    // Given: explicit attention on a GPU, as predicted
    Budget budget = SnapshotBuilder.budget(new KernelTemporaries(size(300), size(350)));

    // When
    JobState job =
        job(
            SnapshotBuilder.config("a", "m", budget),
            sample(1).allocated(size(2300)).reserved(size(2750)).processUsed(size(2800)));

    // Then
    assertThat(List.of(job.allocatedDrift(), job.reservedDrift(), job.deviceDrift()))
        .containsOnly(Optional.of(new PredictionDrift(0, 0)));
    assertThat(budget.peak().allocated()).isEqualTo(size(2000));
  }

  @Test
  void withoutARegistrationNothingIsCompared() {
    JobState job = job(sample(1).allocated(size(1)));
    assertThat(job.prediction()).isEmpty();
    assertThat(job.budget()).isEmpty();
    assertThat(job.allocatedDrift()).isEmpty();
    assertThat(job.reservedDrift()).isEmpty();
    assertThat(job.deviceDrift()).isEmpty();
    assertThat(job.preallocates()).isFalse();
  }

  @Test
  void ofAFrameworkThatPreallocatesTheDeviceIsNotCompared() {
    for (String framework : List.of("jax", "JAX", "TensorFlow")) {
      // Given
      JobState plain =
          job(
              SnapshotBuilder.config("a", "m"),
              sample(1).allocated(size(2100)).processUsed(size(9000)));
      Registration known = Objects.requireNonNull(plain.registration());
      LayerConfig named =
          SnapshotBuilder.withFramework(known.config(), new Framework(framework, "1", "1"));

      // When
      JobState job = plain.with(new Registration(named, known.prediction(), "content", START));

      // Then
      assertThat(job.preallocates()).isTrue();
      assertThat(job.deviceDrift()).isEmpty();
      assertThat(job.allocatedDrift()).isPresent();
    }
  }

  @Test
  void itHasSteppedFromTheSecondStepOfAnyRankOn() {
    assertThat(job(sample(1).step(1L).allocated(size(1))).hasStepped()).isFalse();
    assertThat(job(sample(1).step(null).allocated(size(1))).hasStepped()).isFalse();
    assertThat(job(sample(1).step(2L).allocated(size(1))).hasStepped()).isTrue();
  }

  @Test
  void stepsAreCountedFromTheFirstOn() {
    assertThat(job(sample(1).step(null).allocated(size(1))).countsSteps()).isFalse();
    assertThat(job(sample(1).step(0L).allocated(size(1))).countsSteps()).isTrue();
  }

  @Test
  void itIsLevelFiveMinutesAfterItsLastNewPeak() {
    var ledger = new SnapshotBuilder();
    ledger.with(sample(0).allocated(size(5)).build(), 0);
    ledger.with(sample(10).allocated(size(6)).build(), 10);
    ledger.with(sample(309).allocated(size(1)).build(), 309);
    assertThat(of(ledger).isLevel()).isFalse();
    ledger.with(sample(310).allocated(size(1)).build(), 310);
    assertThat(of(ledger).isLevel()).isTrue();
  }

  @Test
  void withoutAPeakThatRoseTheFirstSampleCounts() {
    assertThat(sampled(START, START.plusSeconds(299)).isLevel()).isFalse();
    assertThat(sampled(START, START.plusSeconds(300)).isLevel()).isTrue();
    assertThat(sampled(null, START).isLevel()).isFalse();
    assertThat(sampled(START, null).isLevel()).isFalse();
  }

  @Test
  void theWorstOutcomeOfItsRanksIsItsOwn() {
    assertThat(job(sample(1).allocated(size(1))).outcome()).isEqualTo(RunOutcome.COMPLETED);
    assertThat(
            job(ended(0, RunOutcome.OUT_OF_MEMORY), ended(1, RunOutcome.FAILED), ended(2, null))
                .outcome())
        .isEqualTo(RunOutcome.OUT_OF_MEMORY);
  }

  @Test
  void itGrowsWhileWhatIsKnownIsYoungerThanFiveMinutes() {
    // Given five minutes of growth by 1 MiB a second, with 10 GiB free at the tightest GPU
    SnapshotBuilder ledger = growing();
    JobState job = of(ledger);
    Instant last = Objects.requireNonNull(job.lastSample());

    // Then
    assertThat(job.growth(last).orElseThrow()).isEqualTo(1 << 20);
    assertThat(job.timeToCapacity(last, _ -> null)).contains(Duration.ofSeconds(10 * 1024));
    assertThat(job.filling(last, _ -> null).orElseThrow().likely())
        .isEqualTo(Duration.ofSeconds(10 * 1024));
    Instant old = last.plusMillis(StepMaxima.WINDOW_MILLIS);
    assertThat(job.trend(old.minusMillis(1))).isPresent();
    assertThat(job.trend(old)).isEmpty();
    assertThat(job.growth(old)).isEmpty();
    assertThat(job.filling(old, _ -> null)).isEmpty();

    // When it ends
    ledger.with(ended(301).build(), 301);
    assertThat(of(ledger).trend(last)).isEmpty();
  }

  @Test
  void ranksThatEndedAndGpusOfUnknownSizeDoNotCount() {
    // Given a full GPU of a rank that ended, and one of which nobody knows the size
    SnapshotBuilder ledger = growing();
    ledger.with(
        sample(300)
            .rank(1)
            .pid(2L)
            .phase(JobPhase.ENDED)
            .deviceUsed(size(5))
            .deviceTotal(size(5))
            .build(),
        300);
    ledger.with(sample(300).rank(2).pid(3L).allocated(size(1)).build(), 300);

    // Then
    assertThat(of(ledger).timeToCapacity(START.plusSeconds(300), _ -> null))
        .contains(Duration.ofSeconds(10 * 1024));
  }

  @Test
  void aRestoredJobIsAsItsOwnerToldWithoutARegistration() {
    // Given
    JobState job =
        job(SnapshotBuilder.config("a", "m"), sample(1).allocated(size(1)).processUsed(size(2)));

    // When
    JobState restored =
        JobState.restored(
            job.job(),
            job.run(),
            7,
            "content",
            job.placements(),
            job.peaks(),
            job.tally(),
            job.steps(),
            START,
            START.plusSeconds(1),
            START.plusSeconds(2),
            START.plusSeconds(3),
            START.plusSeconds(4),
            List.of("0"));

    // Then
    assertThat(restored.partition()).isEqualTo(7);
    assertThat(restored.registration()).isNull();
    assertThat(restored.content()).isEqualTo("content");
    assertThat(restored.began()).isEqualTo(START);
    assertThat(restored.firstSample()).isEqualTo(START.plusSeconds(1));
    assertThat(restored.lastSample()).isEqualTo(START.plusSeconds(2));
    assertThat(restored.endedAt()).isEqualTo(START.plusSeconds(3));
    assertThat(restored.seenAt()).isEqualTo(START.plusSeconds(4));
    assertThat(restored.asOf()).isEqualTo(START.plusSeconds(4));
    assertThat(restored.pastRuns()).containsExactly("0");
    assertThat(restored.summaryOffset()).isNull();
    assertThat(List.of(restored.job(), restored.placements(), restored.peaks(), restored.tally()))
        .isEqualTo(List.of(job.job(), job.placements(), job.peaks(), job.tally()));
    assertThat(restored.steps()).isSameAs(job.steps());
    assertThat(restored.run()).isEqualTo("1");
  }

  @Test
  void allElseStaysWhereSomethingChanges() {
    // Given
    JobState job = job(SnapshotBuilder.config("a", "m"), ended(0, RunOutcome.FAILED));
    Instant seen = job.seenAt();
    Instant ended = Objects.requireNonNull(job.endedAt());
    Registration other = SnapshotBuilder.config("a", "other").registration();

    // When
    JobState shifted = job.shifted(Duration.ofSeconds(-9));
    JobState heard = job.heard(seen.plusSeconds(1), START.plusSeconds(5));

    // Then
    assertThat(shifted.seenAt()).isEqualTo(seen.minusSeconds(9));
    assertThat(shifted.endedAt()).isEqualTo(ended.minusSeconds(9));
    assertThat(shifted.shifted(Duration.ofSeconds(9))).isEqualTo(job);
    assertThat(heard.asOf()).isEqualTo(START.plusSeconds(5));
    assertThat(heard.heard(seen, null)).isEqualTo(job);
    assertThat(heard.endedAt()).isEqualTo(ended);
    assertThat(heard.shifted(Duration.ZERO)).isEqualTo(heard);
    assertThat(job.with(other).registration()).isSameAs(other);
    assertThat(job.with(other).with(Objects.requireNonNull(job.registration()))).isEqualTo(job);
    assertThat(heard.with(other).asOf()).isEqualTo(heard.asOf());
    assertThat(job(sample(1).allocated(size(1))).shifted(Duration.ofSeconds(1)).endedAt()).isNull();
  }

  @Test
  void namesAreOnesThatKafkaAndPrometheusTake() {
    assertThatThrownBy(() -> new SnapshotBuilder().with(SnapshotBuilder.config("", "m"), 0))
        .isInstanceOf(IllegalArgumentException.class);
    JobState job = job(sample(1).allocated(size(1)));
    assertThatThrownBy(() -> named("", job.run())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> named("a", "x".repeat(5000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JobState named(String name, @Nullable String run) {
    return restored(name, run, null, null);
  }

  private static JobState sampled(@Nullable Instant first, @Nullable Instant last) {
    return restored("a", "1", first, last);
  }

  private static JobState restored(
      String name, @Nullable String run, @Nullable Instant first, @Nullable Instant last) {
    return JobState.restored(
        name,
        run,
        0,
        null,
        List.of(),
        MemoryPeaks.NONE,
        VerdictCounts.NONE,
        StepPeaks.NONE,
        null,
        first,
        last,
        null,
        START,
        List.of());
  }

  private static SnapshotBuilder growing() {
    var ledger = new SnapshotBuilder();
    for (int second = 0; second <= 300; second++) {
      long grown = (long) second << 20;
      for (SampleSource source : List.of(SampleSource.FRAMEWORK, SampleSource.NVML)) {
        long free = source == SampleSource.NVML ? 10L << 30 : 20L << 30;
        ledger.with(
            sample(second)
                .step(2L + second)
                .source(source)
                .allocated(size((1L << 30) + grown))
                .deviceUsed(size(1L << 30))
                .deviceTotal(size((1L << 30) + free))
                .build(),
            second);
      }
    }
    return ledger;
  }

  private static MemorySample.Builder ended(int rank, @Nullable RunOutcome outcome) {
    return sample(1)
        .rank(rank)
        .pid(100L + rank)
        .phase(JobPhase.ENDED)
        .outcome(outcome)
        .allocated(size(1));
  }

  private static MemorySample.Builder ended(long second) {
    return sample(second).phase(JobPhase.ENDED).allocated(size(1));
  }

  private static JobState job(MemorySample.Builder... samples) {
    return job(new SnapshotBuilder(), samples);
  }

  private static JobState job(ConfigRegistered config, MemorySample.Builder... samples) {
    return job(new SnapshotBuilder().with(config, 0), samples);
  }

  private static JobState job(SnapshotBuilder ledger, MemorySample.Builder... samples) {
    for (MemorySample.Builder sample : samples) {
      ledger.with(sample.build(), 1);
    }
    return of(ledger);
  }

  private static JobState of(SnapshotBuilder ledger) {
    return Objects.requireNonNull(ledger.snapshot().jobs().get("a"));
  }

  private static MemorySample.Builder sample(long second) {
    return SnapshotBuilder.sample("a", "GPU-1", second);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}
