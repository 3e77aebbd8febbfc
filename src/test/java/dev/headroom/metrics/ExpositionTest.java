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
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord;
import dev.headroom.status.RecordOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ExpositionTest {

  private static final MonitorFamilies.Build BUILD = new MonitorFamilies.Build("0.1.0", "abc");
  private static final Exposition.Options OPTIONS = new Exposition.Options(1000, true);

  private static final String WHOLE =
      """
          # HELP headroom_build_info What is running.
          # TYPE headroom_build_info gauge
          headroom_build_info{version="0.1.0",revision="abc"} 1
          # HELP headroom_received_records_total Records that came in; as many as met all outcomes but restored.
          # TYPE headroom_received_records_total counter
          headroom_received_records_total{topic="headroom.memory-samples"} 3
          # HELP headroom_records_total Records by what became of them; restored are jobs taken over from another replica.
          # TYPE headroom_records_total counter
          headroom_records_total{topic="headroom.memory-samples",outcome="applied"} 2
          headroom_records_total{topic="headroom.memory-samples",outcome="duplicate"} 0
          headroom_records_total{topic="headroom.memory-samples",outcome="late"} 0
          headroom_records_total{topic="headroom.memory-samples",outcome="skewed"} 0
          headroom_records_total{topic="headroom.memory-samples",outcome="malformed"} 1
          headroom_records_total{topic="headroom.memory-samples",outcome="rejected"} 0
          headroom_records_total{topic="headroom.memory-samples",outcome="restored"} 0
          # HELP headroom_ingest_delay_seconds From the time of a sample to the time at which it was folded.
          # TYPE headroom_ingest_delay_seconds histogram
          headroom_ingest_delay_seconds_bucket{le="0.05"} 0
          headroom_ingest_delay_seconds_bucket{le="0.1"} 0
          headroom_ingest_delay_seconds_bucket{le="0.25"} 1
          headroom_ingest_delay_seconds_bucket{le="0.5"} 1
          headroom_ingest_delay_seconds_bucket{le="1.0"} 1
          headroom_ingest_delay_seconds_bucket{le="2.5"} 1
          headroom_ingest_delay_seconds_bucket{le="5.0"} 1
          headroom_ingest_delay_seconds_bucket{le="10.0"} 1
          headroom_ingest_delay_seconds_bucket{le="30.0"} 1
          headroom_ingest_delay_seconds_bucket{le="60.0"} 1
          headroom_ingest_delay_seconds_bucket{le="300.0"} 1
          headroom_ingest_delay_seconds_bucket{le="900.0"} 1
          headroom_ingest_delay_seconds_bucket{le="3600.0"} 1
          headroom_ingest_delay_seconds_bucket{le="+Inf"} 2
          headroom_ingest_delay_seconds_sum 7200.2
          headroom_ingest_delay_seconds_count 2
          # HELP headroom_consumer_lag_records Records that wait in a partition that is ours.
          # TYPE headroom_consumer_lag_records gauge
          headroom_consumer_lag_records{topic="headroom.memory-samples",partition="0"} 17
          # HELP headroom_dead_letters_total Records that were refused: forwarded to the dead letters, or withheld because there were too many at a time.
          # TYPE headroom_dead_letters_total counter
          headroom_dead_letters_total{outcome="forwarded"} 1
          headroom_dead_letters_total{outcome="withheld"} 0
          # HELP headroom_irregular_records_total Records that were taken although something is amiss: a sample on another partition than Kafka's Java client chooses, or a producer's clock ahead of ours.
          # TYPE headroom_irregular_records_total counter
          headroom_irregular_records_total{kind="foreign_partition"} 0
          headroom_irregular_records_total{kind="future_timestamp"} 0
          # HELP headroom_refused_total What a bound of the ledger refused to take in.
          # TYPE headroom_refused_total counter
          headroom_refused_total{bound="jobs"} 0
          headroom_refused_total{bound="placements"} 0
          headroom_refused_total{bound="registrations"} 0
          headroom_refused_total{bound="gpus"} 0
          # HELP headroom_jobs Jobs that are ours, by state.
          # TYPE headroom_jobs gauge
          headroom_jobs{state="registered"} 0
          headroom_jobs{state="starting"} 0
          headroom_jobs{state="leaking"} 0
          headroom_jobs{state="drifting"} 0
          headroom_jobs{state="fragmenting"} 0
          headroom_jobs{state="over_reserved"} 0
          headroom_jobs{state="unpredicted"} 0
          headroom_jobs{state="within_budget"} 1
          headroom_jobs{state="silent"} 0
          headroom_jobs{state="completed"} 0
          headroom_jobs{state="failed"} 0
          headroom_jobs{state="out_of_memory"} 0
          # HELP headroom_job_conflicts_total Samples that showed a job's name in use at two places.
          # TYPE headroom_job_conflicts_total counter
          headroom_job_conflicts_total 0
          # HELP headroom_prediction_error_ratio Measured minus predicted peak by the predicted one, of jobs that have settled; the prediction was made before they were learned from.
          # TYPE headroom_prediction_error_ratio histogram
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="-0.5"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="-0.2"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="-0.1"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="-0.05"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="-0.02"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="0.0"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="0.02"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="0.05"} 0
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="0.1"} 1
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="0.2"} 1
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="0.5"} 1
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="1.0"} 1
          headroom_prediction_error_ratio_bucket{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",le="+Inf"} 1
          # HELP headroom_predictions_total Predictions of jobs that have settled, by whether the measured peak was at most P95. A job capped there dies of what is above.
          # TYPE headroom_predictions_total counter
          headroom_predictions_total{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",within_p95="true"} 1
          headroom_predictions_total{size="allocated",framework="pytorch 2.15",gpu_model="A100-40GB",within_p95="false"} 0
          # HELP headroom_ready 1 if this replica says that it is ready.
          # TYPE headroom_ready gauge
          headroom_ready 1
          # HELP headroom_omitted_series Series that headroom.metrics.max-series left out of this scrape; whole jobs and GPUs.
          # TYPE headroom_omitted_series gauge
          headroom_omitted_series 0
          # HELP headroom_job_info What a job trains, as its layer configuration says, and whose it is; empty where nobody says.
          # TYPE headroom_job_info gauge
          headroom_job_info{training_job="resnet50-7f3a",run="1",model="a \\"b\\" \\\\ c\\nd",framework="pytorch 2.15.0",optimizer="sgd",precision="float32",strategy="none",owner="alice@example.com",team="vision",namespace="",preallocates=""} 1
          # HELP headroom_job_gpu_info Which GPU a rank of a job is on; the rank is empty where only an agent saw it.
          # TYPE headroom_job_gpu_info gauge
          headroom_job_gpu_info{training_job="resnet50-7f3a",gpu_uuid="GPU-1",rank="0"} 1
          # HELP headroom_job_state 1 for the state a job is in.
          # TYPE headroom_job_state gauge
          headroom_job_state{training_job="resnet50-7f3a",state="within_budget"} 1
          # HELP headroom_job_phase What the fullest rank says it is doing: 0 startup, 1 model_loaded, 2 forward, 3 backward, 4 optimizer_step, 5 idle, 6 evaluation, 7 ended.
          # TYPE headroom_job_phase gauge
          headroom_job_phase{training_job="resnet50-7f3a"} 2
          # HELP headroom_job_predicted_memory_bytes Predicted device memory of one rank at its peak, by category; they add up to the predicted device peak.
          # TYPE headroom_job_predicted_memory_bytes gauge
          headroom_job_predicted_memory_bytes{training_job="resnet50-7f3a",category="parameters"} 100
          headroom_job_predicted_memory_bytes{training_job="resnet50-7f3a",category="feature_maps"} 200
          headroom_job_predicted_memory_bytes{training_job="resnet50-7f3a",category="activations"} 300
          headroom_job_predicted_memory_bytes{training_job="resnet50-7f3a",category="gradients"} 400
          headroom_job_predicted_memory_bytes{training_job="resnet50-7f3a",category="optimizer_state"} 500
          headroom_job_predicted_memory_bytes{training_job="resnet50-7f3a",category="input_data"} 600
          headroom_job_predicted_memory_bytes{training_job="resnet50-7f3a",category="other"} 700
          # HELP headroom_job_measured_memory_bytes Memory of the fullest rank by category, where a reporter measures categories.
          # TYPE headroom_job_measured_memory_bytes gauge
          headroom_job_measured_memory_bytes{training_job="resnet50-7f3a",category="parameters"} 101
          # HELP headroom_job_predicted_peak_bytes Predicted peak of one rank: live tensors, allocated by the framework, reserved by it, used of the device.
          # TYPE headroom_job_predicted_peak_bytes gauge
          headroom_job_predicted_peak_bytes{training_job="resnet50-7f3a",size="tensor"} 1900
          headroom_job_predicted_peak_bytes{training_job="resnet50-7f3a",size="allocated"} 2000
          headroom_job_predicted_peak_bytes{training_job="resnet50-7f3a",size="reserved"} 2400
          headroom_job_predicted_peak_bytes{training_job="resnet50-7f3a",size="device"} 2800
          # HELP headroom_job_predicted_peak_p95_bytes Device peak of one rank that one job in twenty exceeds.
          # TYPE headroom_job_predicted_peak_p95_bytes gauge
          headroom_job_predicted_peak_p95_bytes{training_job="resnet50-7f3a"} 3000
          # HELP headroom_job_measured_bytes Memory of the fullest rank now.
          # TYPE headroom_job_measured_bytes gauge
          headroom_job_measured_bytes{training_job="resnet50-7f3a",size="allocated"} 2400
          headroom_job_measured_bytes{training_job="resnet50-7f3a",size="reserved"} 2400
          headroom_job_measured_bytes{training_job="resnet50-7f3a",size="process"} 3000
          # HELP headroom_job_measured_peak_bytes Most memory of any rank since the run began.
          # TYPE headroom_job_measured_peak_bytes gauge
          headroom_job_measured_peak_bytes{training_job="resnet50-7f3a",size="allocated"} 2400
          headroom_job_measured_peak_bytes{training_job="resnet50-7f3a",size="reserved"} 2400
          headroom_job_measured_peak_bytes{training_job="resnet50-7f3a",size="process"} 3000
          # HELP headroom_job_ranks Ranks that were seen of a job.
          # TYPE headroom_job_ranks gauge
          headroom_job_ranks{training_job="resnet50-7f3a"} 1
          # HELP headroom_job_last_sample_timestamp_seconds When the newest sample of a job was taken.
          # TYPE headroom_job_last_sample_timestamp_seconds gauge
          headroom_job_last_sample_timestamp_seconds{training_job="resnet50-7f3a"} 1.795467602E9
          # HELP headroom_job_drift_bytes Measured peak minus predicted peak of the same size and what kernels make for themselves; absent without both.
          # TYPE headroom_job_drift_bytes gauge
          headroom_job_drift_bytes{training_job="resnet50-7f3a",size="allocated"} 400
          headroom_job_drift_bytes{training_job="resnet50-7f3a",size="reserved"} 0
          headroom_job_drift_bytes{training_job="resnet50-7f3a",size="device"} 200
          # HELP headroom_job_drift_ratio Drift by the predicted peak.
          # TYPE headroom_job_drift_ratio gauge
          headroom_job_drift_ratio{training_job="resnet50-7f3a",size="allocated"} 0.2
          headroom_job_drift_ratio{training_job="resnet50-7f3a",size="reserved"} 0.0
          headroom_job_drift_ratio{training_job="resnet50-7f3a",size="device"} 0.07142857142857142
          # HELP headroom_gpu_info What a GPU is and where; empty where its agent does not know.
          # TYPE headroom_gpu_info gauge
          headroom_gpu_info{gpu_uuid="GPU-1",host="gpu-07",index="3",gpu_model="NVIDIA A100-SXM4-40GB",driver="570.1",mig_profile=""} 1
          # HELP headroom_gpu_memory_total_bytes Memory of a GPU.
          # TYPE headroom_gpu_memory_total_bytes gauge
          headroom_gpu_memory_total_bytes{gpu_uuid="GPU-1"} 10000
          # HELP headroom_gpu_memory_used_bytes Memory of a GPU that is in use, by whomever.
          # TYPE headroom_gpu_memory_used_bytes gauge
          headroom_gpu_memory_used_bytes{gpu_uuid="GPU-1"} 3500
          # HELP headroom_gpu_memory_unattributed_bytes Memory of a GPU that is in use and that no known job explains.
          # TYPE headroom_gpu_memory_unattributed_bytes gauge
          headroom_gpu_memory_unattributed_bytes{gpu_uuid="GPU-1"} 500
          # HELP headroom_gpu_memory_headroom_bytes Memory of a GPU that is left at least once each of its jobs has reached the larger of its predicted and its measured peak; negative where they do not fit together, absent without a sample for a minute.
          # TYPE headroom_gpu_memory_headroom_bytes gauge
          headroom_gpu_memory_headroom_bytes{gpu_uuid="GPU-1"} 6500
          # HELP headroom_gpu_last_sample_timestamp_seconds When the newest sample of a GPU was taken.
          # TYPE headroom_gpu_last_sample_timestamp_seconds gauge
          headroom_gpu_last_sample_timestamp_seconds{gpu_uuid="GPU-1"} 1.795467601E9
          # HELP headroom_gpu_job_memory_bytes Memory that a job holds of a GPU.
          # TYPE headroom_gpu_job_memory_bytes gauge
          headroom_gpu_job_memory_bytes{gpu_uuid="GPU-1",training_job="resnet50-7f3a"} 3000
          # HELP headroom_exposed_series Series of this scrape, this one included.
          # TYPE headroom_exposed_series gauge
          headroom_exposed_series 103
          """;

  private final IngestStatus status = new IngestStatus();

  @Test
  void theWholeExposition() {
    assertThat(whole()).isEqualTo(WHOLE);
  }

  /// The lines of some families in a scrape of everything, as they are and as they should be.
  static void assertLinesOf(List<? extends MetricFamily<?>> families) {
    List<String> names = families.stream().map(MetricFamily::name).toList();
    assertThat(names).isNotEmpty();
    assertThat(of(names, whole())).isNotEmpty().isEqualTo(of(names, WHOLE));
  }

  private static List<String> of(List<String> names, String text) {
    return text.lines()
        .filter(
            line ->
                names.contains(
                    line.replaceAll("^# (HELP|TYPE) ", "")
                        .replaceAll("[ {].*", "")
                        .replaceAll("_(bucket|sum|count)$", "")))
        .toList();
  }

  private static String whole() {
    var status = new IngestStatus();
    status.recordReceived("headroom.memory-samples", 3);
    status.recordOutcome("headroom.memory-samples", RecordOutcome.APPLIED, 2);
    status.recordOutcome("headroom.memory-samples", RecordOutcome.MALFORMED, 1);
    status.recordForwardedDeadLetter();
    status.recordDelays(new long[] {200, 7_200_000}, 2);
    status.recordLag("headroom.memory-samples", 0, 17);
    var group = new PredictionRecord.Group("allocated", "pytorch 2.15", "A100-40GB");
    status.recordPrediction(group, 0.07, true);
    return text(cluster().snapshot(), TextFormat.TEXT, OPTIONS, status);
  }

  @Test
  void openMetricsNamesFamiliesWithoutSuffixesAndUnits() {
    // When
    String text = text(cluster().snapshot(), TextFormat.OPEN_METRICS, OPTIONS);

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
        cluster()
            .with(
                SnapshotBuilder.sample("resnet50-7f3a", "GPU-1", 10)
                    .phase(JobPhase.ENDED)
                    .outcome(RunOutcome.OUT_OF_MEMORY)
                    .reserved(new MemorySize(1))
                    .build(),
                10);
    assertThat(text(cluster.snapshot(), TextFormat.TEXT, OPTIONS))
        .contains("headroom_job_state{training_job=\"resnet50-7f3a\",state=\"out_of_memory\"} 1");

    // When
    Snapshot later = SingleEvent.expired(cluster.snapshot(), SnapshotBuilder.START.plusSeconds(41));

    // Then
    assertThat(text(later, TextFormat.TEXT, OPTIONS)).doesNotContain("resnet50-7f3a");
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
    String text = text(cluster.snapshot(), TextFormat.TEXT, OPTIONS);

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
    SnapshotBuilder elsewhere = cluster();
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
    String text = text(ours.snapshot(), TextFormat.TEXT, OPTIONS);

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
    assertThat(text(ledger.snapshot(), TextFormat.TEXT, OPTIONS))
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
    assertThat(text(ledger.snapshot(), TextFormat.TEXT, OPTIONS))
        .contains("headroom_job_predicted_peak_bytes" + of + "2000\n")
        .contains("headroom_job_predicted_kernel_temporaries_bytes" + of + "300\n")
        .contains("headroom_job_drift_bytes" + of + "10\n");
  }

  @Test
  void aGpuWithoutASampleForAMinuteHasNoHeadroom() {
    // When
    String text =
        text(
            cluster().with(SnapshotBuilder.gpu("GPU-2", 62, 1), 62).snapshot(),
            TextFormat.TEXT,
            OPTIONS);

    // Then
    assertThat(text)
        .contains("headroom_gpu_memory_used_bytes{gpu_uuid=\"GPU-1\"}")
        .doesNotContain("headroom_gpu_memory_headroom_bytes{gpu_uuid=\"GPU-1\"}")
        .contains("headroom_gpu_memory_headroom_bytes{gpu_uuid=\"GPU-2\"}");
  }

  @Test
  void whatIsAboveTheLimitIsLeftOutWholeAndCounted() {
    // When
    String text = text(cluster().snapshot(), TextFormat.TEXT, new Exposition.Options(31, false));

    // Then
    assertThat(text)
        .contains("headroom_job_info{", "headroom_omitted_series 6\n")
        .doesNotContain("headroom_gpu_info");
    assertThat(text(cluster().snapshot(), TextFormat.TEXT, new Exposition.Options(30, false)))
        .contains("headroom_gpu_info{", "headroom_omitted_series 31\n")
        .doesNotContain("headroom_job_info");
  }

  @Test
  void aJobHasAtMostSoManySeriesBesideOneForEachOfItsRanks() {
    // When
    long lines =
        text(cluster().snapshot(), TextFormat.TEXT, OPTIONS)
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
    String complaints = Promtool.check(text(cluster().snapshot(), TextFormat.TEXT, OPTIONS));

    // Then
    assertThat(complaints).isEmpty();
  }

  static SnapshotBuilder cluster() {
    return new SnapshotBuilder()
        .with(SnapshotBuilder.gpu("GPU-1", 1, 3500), 1)
        .with(SnapshotBuilder.config("resnet50-7f3a", "a \"b\" \\ c\nd"), 1)
        .with(
            SnapshotBuilder.sample("resnet50-7f3a", "GPU-1", 2)
                .allocated(new MemorySize(2400))
                .reserved(new MemorySize(2400))
                .processUsed(new MemorySize(3000))
                .categories(Map.of(Category.PARAMETERS, new MemorySize(101)))
                .build(),
            3);
  }

  private String text(Snapshot snapshot, TextFormat format, Exposition.Options options) {
    return text(snapshot, format, options, status);
  }

  private static String text(
      Snapshot snapshot, TextFormat format, Exposition.Options options, IngestStatus status) {
    var out = new ByteArrayOutputStream();
    new Exposition(snapshot, status, BUILD, options).write(out, format, 0);
    return out.toString(StandardCharsets.UTF_8);
  }
}
