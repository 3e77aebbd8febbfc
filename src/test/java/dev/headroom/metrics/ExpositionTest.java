package dev.headroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.KernelTemporaries;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.SingleEvent;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.StepPeaks;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.status.IngestStatus;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExpositionTest {

  private final IngestStatus status = new IngestStatus();

  @Test
  void theWholeExposition() {
    assertThat(WholeScrape.text()).isEqualTo(WholeScrape.expected());
  }

  @Test
  void openMetricsNamesFamiliesWithoutSuffixesAndUnits() {
    // When
    String text =
        text(WholeScrape.cluster().snapshot(), TextFormat.OPEN_METRICS, WholeScrape.OPTIONS);

    // Then
    assertThat(text)
        .contains(
            """
            # TYPE headroom_job info
            # HELP headroom_job What a job trains, as its layer configuration says, and whose it is;\
             empty where nobody says.
            headroom_job_info{training_job="resnet50-7f3a",run="1\
            """)
        .contains(
            """
            # TYPE headroom_job_conflicts counter
            # HELP headroom_job_conflicts Samples that showed a job's name in use at two places.
            headroom_job_conflicts_total 0
            """)
        .contains(
            """
            # TYPE headroom_job_drift_ratio gauge
            # UNIT headroom_job_drift_ratio ratio
            # HELP headroom_job_drift_ratio Drift by the predicted peak.
            headroom_job_drift_ratio{training_job="resnet50-7f3a",size="allocated"} 0.2
            """);
  }

  @Test
  void seriesEndWithTheJob() {
    // Given
    SnapshotBuilder cluster =
        WholeScrape.cluster()
            .with(
                SnapshotBuilder.sample("resnet50-7f3a", "GPU-1", 10)
                    .phase(JobPhase.ENDED)
                    .outcome(RunOutcome.OUT_OF_MEMORY)
                    .reserved(new MemorySize(1))
                    .build(),
                10);
    assertThat(text(cluster.snapshot(), TextFormat.TEXT, WholeScrape.OPTIONS))
        .contains("headroom_job_state{training_job=\"resnet50-7f3a\",state=\"out_of_memory\"} 1");

    // When
    Snapshot later = SingleEvent.expired(cluster.snapshot(), SnapshotBuilder.START.plusSeconds(41));

    // Then
    assertThat(text(later, TextFormat.TEXT, WholeScrape.OPTIONS)).doesNotContain("resnet50-7f3a");
  }

  /// Two of its processes share a GPU and nobody knows their ranks; one on another GPU was killed.
  @Test
  void aGpuOfAJobIsOneSeriesAsLongAsAProcessOfItGoesOnThere() {
    // Given
    SnapshotBuilder cluster = new SnapshotBuilder();
    for (long pid = 1; pid <= 3; pid++) {
      cluster.with(seenByAnAgent(pid, 1).processUsed(new MemorySize(pid)).build(), 1);
    }
    cluster.with(
        seenByAnAgent(3, 2).phase(JobPhase.ENDED).deviceUsed(new MemorySize(0)).build(), 2);

    // When
    String text = text(cluster.snapshot(), TextFormat.TEXT, WholeScrape.OPTIONS);

    // Then
    assertThat(text.lines().filter(line -> line.startsWith("headroom_job_gpu_info{")))
        .containsExactly(
            "headroom_job_gpu_info{training_job=\"a\",gpu_uuid=\"GPU-1\",rank=\"\"} 1");
    assertThat(text).contains("headroom_job_measured_bytes{training_job=\"a\",size=\"process\"} 3");
  }

  private static MemorySample.Builder seenByAnAgent(long pid, long second) {
    return MemorySample.builder(
            "a", "GPU-" + (1 + pid / 3), SnapshotBuilder.START.plusSeconds(second))
        .host("gpu-07")
        .pid(pid)
        .source(SampleSource.NVML);
  }

  @Test
  void onlyTheOwnerExportsAJobAndAGpu() {
    // Given
    SnapshotBuilder elsewhere = WholeScrape.cluster();
    JobState theirs = Objects.requireNonNull(elsewhere.snapshot().jobs().get("resnet50-7f3a"));
    SnapshotBuilder ours =
        new SnapshotBuilder()
            .with(SnapshotBuilder.gpu("GPU-9", 1, 1), 5, 1)
            .with(
                new JobSummarized(
                    JobState.restored(
                        "theirs",
                        "1",
                        5,
                        null,
                        theirs.placements(),
                        theirs.peaks(),
                        theirs.tally(),
                        StepPeaks.NONE,
                        null,
                        null,
                        null,
                        null,
                        SnapshotBuilder.START,
                        List.of()),
                    SnapshotBuilder.START,
                    new SampleOffset(null, 0)),
                5,
                1);

    // When
    String text = text(ours.snapshot(), TextFormat.TEXT, WholeScrape.OPTIONS);

    // Then
    assertThat(ours.snapshot().jobs().get("theirs")).isNotNull();
    assertThat(text).doesNotContain("theirs").doesNotContain("GPU-9");
    assertThat(text).contains("headroom_jobs{state=\"within_budget\"} 0");
  }

  @Test
  void aJobThatOnlyAnAgentSeesIsTheirsWhomTheAgentFound() {
    // Given
    SnapshotBuilder ledger =
        new SnapshotBuilder()
            .with(
                seenByAnAgent(1, 1)
                    .processUsed(new MemorySize(1))
                    .ownership(new Ownership("bob", "acc1", "team-a"))
                    .build(),
                1);

    // Then
    assertThat(text(ledger.snapshot(), TextFormat.TEXT, WholeScrape.OPTIONS))
        .contains(",owner=\"bob\",team=\"acc1\",namespace=\"team-a\",preallocates=\"\"} 1");
  }

  @Test
  void whatKernelsMakeForThemselvesStandsBesideThePeakAndIsNoDrift() {
    // Given
    var budget =
        SnapshotBuilder.budget(new KernelTemporaries(new MemorySize(300), new MemorySize(350)));
    SnapshotBuilder ledger = new SnapshotBuilder();
    ledger.with(SnapshotBuilder.config("bert", "m", budget), 1);
    ledger.with(
        SnapshotBuilder.sample("bert", "GPU-1", 1).allocated(new MemorySize(2310)).build(), 1);

    // Then
    String of = "{training_job=\"bert\",size=\"allocated\"} ";
    assertThat(text(ledger.snapshot(), TextFormat.TEXT, WholeScrape.OPTIONS))
        .contains("headroom_job_predicted_peak_bytes" + of + "2000\n")
        .contains("headroom_job_predicted_kernel_temporaries_bytes" + of + "300\n")
        .contains("headroom_job_drift_bytes" + of + "10\n");
  }

  @Test
  void aGpuWithoutASampleForAMinuteHasNoHeadroom() {
    // When
    String text =
        text(
            WholeScrape.cluster().with(SnapshotBuilder.gpu("GPU-2", 62, 1), 62).snapshot(),
            TextFormat.TEXT,
            WholeScrape.OPTIONS);

    // Then
    assertThat(text)
        .contains("headroom_gpu_memory_used_bytes{gpu_uuid=\"GPU-1\"}")
        .doesNotContain("headroom_gpu_memory_headroom_bytes{gpu_uuid=\"GPU-1\"}")
        .contains("headroom_gpu_memory_headroom_bytes{gpu_uuid=\"GPU-2\"}");
  }

  @Test
  void whatIsAboveTheLimitIsLeftOutWholeAndCounted() {
    // When
    String text =
        text(WholeScrape.cluster().snapshot(), TextFormat.TEXT, new Exposition.Options(31, false));

    // Then
    assertThat(text)
        .contains("headroom_job_info{", "headroom_omitted_series 6\n")
        .doesNotContain("headroom_gpu_info");
    assertThat(
            text(
                WholeScrape.cluster().snapshot(),
                TextFormat.TEXT,
                new Exposition.Options(30, false)))
        .contains("headroom_gpu_info{", "headroom_omitted_series 31\n")
        .doesNotContain("headroom_job_info");
  }

  @Test
  void aJobHasAtMostSoManySeriesBesideOneForEachOfItsRanks() {
    // When
    long lines =
        text(WholeScrape.cluster().snapshot(), TextFormat.TEXT, WholeScrape.OPTIONS)
            .lines()
            .filter(line -> line.startsWith("headroom_job_") && line.contains("{training_job="))
            .count();

    // Then
    long others = Category.values().length - 1L;
    long growthAndTimeToCapacity = 4;
    long excesses = 2L * MeasuredSize.values().length;
    long kernelTemporaries = 2;
    assertThat(lines + others + growthAndTimeToCapacity + excesses + kernelTemporaries)
        .isLessThanOrEqualTo(Exposition.MAX_RANKS_OF_A_JOB + 1);
  }

  @Test
  void prometheusOwnParserFindsNothingWrong() throws IOException {
    // When
    String complaints =
        Promtool.check(
            text(WholeScrape.cluster().snapshot(), TextFormat.TEXT, WholeScrape.OPTIONS));

    // Then
    assertThat(complaints).isEmpty();
  }

  private String text(Snapshot snapshot, TextFormat format, Exposition.Options options) {
    return WholeScrape.text(snapshot, format, options, status);
  }
}
