package dev.headroom.ledger.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.History;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.Prior;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Framework;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a job is judged by. Each size is expected to be 900 to 1000 bytes, 950 at the median.
class EvidenceTest {

  private static final Duration SILENT = Duration.ofSeconds(60);
  private static final Instant START = SnapshotBuilder.START;

  private final SnapshotBuilder ledger =
      new SnapshotBuilder().with(SnapshotBuilder.config("a", "m"), 0);
  private final Map<String, GpuState> gpus = new HashMap<>();
  private String framework = "pytorch";

  @Test
  void aJobIsSilentAfterAMinuteAndNoSooner() {
    steps(1000, 1000, 1000);
    Instant seen = job().seenAt();
    assertThat(at(seen.plusSeconds(60)).isSilent()).isFalse();
    assertThat(at(seen.plusSeconds(60).plusNanos(1)).isSilent()).isTrue();
  }

  @Test
  void howItEndedCountsOnceItEnded() {
    // Given
    ledger.with(sample(0, 4711).allocated(size(1)).build(), 0);
    assertThat(now().endedAs(RunOutcome.COMPLETED)).isFalse();

    // When
    ledger.with(
        sample(1, 4711).allocated(size(1)).phase(JobPhase.ENDED).outcome(RunOutcome.FAILED).build(),
        1);

    // Then
    assertThat(now().endedAs(RunOutcome.FAILED)).isTrue();
    assertThat(now().endedAs(RunOutcome.COMPLETED)).isFalse();
  }

  @Test
  void whatIsAboveTheRangeIsAnExcess() {
    // When
    steps(1000, 1001, 1002);

    // Then
    Range range = range();
    assertThat(now().excesses())
        .containsExactly(
            new Excess(MeasuredSize.RESERVED, size(1001), range),
            new Excess(MeasuredSize.PROCESS, size(1002), range));
    assertThat(now().excess(MeasuredSize.ALLOCATED)).isEmpty();
    assertThat(now().plateau()).contains(new Excess(MeasuredSize.RESERVED, size(1001), range));
  }

  @Test
  void ofADeviceWhatOthersHoldIsNotTheJobs() {
    // Given
    steps(900, 900, 900);
    gpu("GPU-1", 1500, our(4711), other(1, 499L, "b"), other(2, 100L, null));

    // Then
    assertThat(now().device()).contains(size(1001));
    assertThat(now().excesses())
        .containsExactly(new Excess(MeasuredSize.DEVICE, size(1001), range()));
    gpu("GPU-1", 1500, our(4711), other(1, 500L, "b"));
    assertThat(now().excesses()).isEmpty();
  }

  @Test
  void nothingIsBlamedOnAJobWhereTheAgentDoesNotTell() {
    // Given
    steps(900, 900, 900);
    assertThat(now().device()).as("no agent").isEmpty();

    // When, then
    gpu("GPU-1", 1500);
    assertThat(now().device()).as("our process is not listed").isEmpty();
    gpu("GPU-1", 1500, our(4711), other(1, null, "b"));
    assertThat(now().device()).as("another job holds nobody knows what").isEmpty();
    gpu("GPU-1", 1500, our(4711), other(1, null, null));
    assertThat(now().device()).contains(size(1500));
    assertThat(at(START.plusSeconds(161)).device()).as("the agent is silent").isEmpty();
  }

  @Test
  void theFullestDeviceOfRanksThatGoOnCounts() {
    // Given
    steps(900, 900, 900);
    for (int rank = 1; rank <= 2; rank++) {
      ledger.with(
          MemorySample.builder("a", "GPU-" + (1 + rank), START.plusSeconds(100))
              .rank(rank)
              .host("h")
              .pid(100L + rank)
              .phase(rank == 2 ? JobPhase.ENDED : JobPhase.FORWARD)
              .allocated(size(1))
              .build(),
          100);
    }
    gpu("GPU-1", 700, our(4711));
    gpu("GPU-2", 800, our(101));
    gpu("GPU-3", 900, our(102));

    // Then
    assertThat(now().device()).contains(size(800));
  }

  @Test
  void ofAFrameworkThatPreallocatesOnlyTheAllocatorCounts() {
    framework = "jax";
    steps(1001, 1001, 1001);
    gpu("GPU-1", 5000, our(4711));
    assertThat(now().excesses())
        .extracting(Excess::size)
        .containsExactly(MeasuredSize.ALLOCATED, MeasuredSize.RESERVED);
  }

  @Test
  void whatStillRisesIsNoPlateau() {
    for (int i = 0; i < 4; i++) {
      step(i, 1001 + i, 1001, 1001);
    }
    assertThat(now().excesses()).isNotEmpty();
    assertThat(now().plateau()).isEmpty();
  }

  @Test
  void isOfAJobAndAnInstant() {
    steps(900, 900, 900);
    JobState job = job();
    var evidence = new Evidence(job, START.plusSeconds(7), SILENT, gpus::get);
    assertThat(evidence.job()).isSameAs(job);
    assertThat(evidence.now()).isEqualTo(START.plusSeconds(7));
  }

  /// A mebibyte more every ten seconds, on a GPU that has a gibibyte left.
  @Test
  void aJobThatGrowsFillsItsGpu() {
    // Given
    long mebibyte = 1 << 20;
    for (int i = 0; i < 12; i++) {
      long second = 10L * i;
      ledger.with(
          sample(second, 4711)
              .step(2L + i)
              .processUsed(size((100 + i) * mebibyte))
              .deviceUsed(size((100 + i) * mebibyte))
              .deviceTotal(size(1135 * mebibyte))
              .build(),
          second);
    }
    // Then
    Evidence evidence = at(START.plusSeconds(110));
    assertThat(evidence.filling()).isEqualTo(evidence.job().filling(evidence.now(), gpus::get));
    assertThat(evidence.filling())
        .hasValueSatisfying(
            it -> assertThat(it.likely()).isBetween(Duration.ofHours(2), Duration.ofHours(3)));
  }

  @Test
  void withoutARangeThereIsNoExcess() {
    steps(5000, 5000, 5000);
    JobState job = Objects.requireNonNull(ledger.snapshot().jobs().get("a"));
    assertThat(new Evidence(job, START, SILENT, gpus::get).excesses()).isEmpty();
  }

  private void steps(long allocated, long reserved, long process) {
    for (int i = 0; i < 4; i++) {
      step(i, allocated, reserved, process);
    }
  }

  private void step(int index, long allocated, long reserved, long process) {
    long second = 10L + 20L * index;
    ledger.with(
        sample(second, 4711)
            .step(2L + index)
            .allocated(size(allocated))
            .reserved(size(reserved))
            .processUsed(size(process))
            .build(),
        second);
  }

  private static MemorySample.Builder sample(long second, long pid) {
    return SnapshotBuilder.sample("a", "GPU-1", second).pid(pid);
  }

  private static GpuProcess our(long pid) {
    return new GpuProcess((int) pid, size(900), "a", 0);
  }

  private static GpuProcess other(int pid, @Nullable Long used, @Nullable String job) {
    return new GpuProcess(pid, used == null ? null : size(used), job, null);
  }

  private void gpu(String name, long used, GpuProcess... processes) {
    var sample =
        new DeviceSample(
            name,
            "gpu-07",
            START,
            size(10_000),
            size(used),
            0,
            null,
            null,
            null,
            null,
            null,
            List.of(processes));
    gpus.put(name, new GpuState(sample, 0, START.plusSeconds(100)));
  }

  private Evidence now() {
    return at(START.plusSeconds(100));
  }

  private Evidence at(Instant now) {
    return new Evidence(job(), now, SILENT, gpus::get);
  }

  /// The job with its ranges.
  private JobState job() {
    JobState job = Objects.requireNonNull(ledger.snapshot().jobs().get("a"));
    Registration known = Objects.requireNonNull(job.registration());
    LayerConfig named =
        SnapshotBuilder.withFramework(known.config(), new Framework(framework, "2.15.0", "13.2"));
    return job.with(
        new Registration(named, known.prediction(), "content", START)
            .expecting(known.prediction(), expectation(named)));
  }

  private static Expectation expectation(LayerConfig config) {
    var calibration = new History(Prior.BUILT_IN).calibration();
    var kind = new JobKind("A100", config.framework(), config.model());
    var ranges = new EnumMap<MeasuredSize, Range>(MeasuredSize.class);
    for (MeasuredSize size : MeasuredSize.values()) {
      ranges.put(size, range());
    }
    return new Expectation(
        calibration,
        kind,
        new PredictedPeak(size(950), size(950), MemorySize.ZERO),
        calibration.knowledge(kind),
        ranges);
  }

  private static Range range() {
    return new Range(size(900), size(950), size(990), size(1000));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}
