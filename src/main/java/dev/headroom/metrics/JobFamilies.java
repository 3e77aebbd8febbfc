package dev.headroom.metrics;

import dev.headroom.budget.Peak;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.BudgetGap;
import dev.headroom.ledger.condition.Evidence;
import dev.headroom.ledger.condition.Excess;
import dev.headroom.ledger.condition.JobCondition;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.condition.MissingBudget;
import dev.headroom.ledger.growth.Trend;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.MetricFamily.Kind;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.SeriesWriter;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every metric of a job: name, unit, help and labels.
///
/// ```
/// # TYPE headroom_job_ranks gauge
/// # HELP headroom_job_ranks Ranks that were seen of a job.
/// headroom_job_ranks{training_job="resnet50-7f3a"} 8
/// ```
final class JobFamilies {

  /// A job whose lines are written.
  ///
  /// @param fullest the place that holds most now; empty where none was measured
  /// @param excesses of its sizes; none while it is not judged
  /// @param gap why it has no budget; empty where it has one
  /// @param snapshot that it is of
  record Row(
      RenderedLabels subject,
      JobState job,
      JobPlaces places,
      Optional<Place> fullest,
      JobStatus status,
      List<Excess> excesses,
      Optional<BudgetGap> gap,
      Snapshot snapshot) {

    Instant now() {
      return snapshot.at();
    }

    Optional<Trend.Filling> filling() {
      return job.filling(snapshot.at(), snapshot.gpus()::get);
    }

    static Row of(JobState job, Snapshot snapshot) {
      Evidence evidence = snapshot.evidence(job);
      JobCondition condition = JobCondition.of(evidence);
      return new Row(
          RenderedLabels.subject("training_job", job.job()),
          job,
          evidence.places(),
          evidence.places().fullest(),
          condition.status(),
          condition.isJudged() ? evidence.excesses() : List.of(),
          snapshot.missingBudget(job).map(MissingBudget::gap),
          snapshot);
    }
  }

  private static final Map<Category, RenderedLabels> CATEGORIES =
      RenderedLabels.each(Category.class, "category", Category::wireName);
  private static final Map<JobStatus, RenderedLabels> STATES =
      RenderedLabels.each(JobStatus.class, "state", JobStatus::wireName);
  private static final Map<BudgetGap, RenderedLabels> GAPS =
      RenderedLabels.each(BudgetGap.class, "reason", BudgetGap::wireName);
  private static final RenderedLabels TENSOR = RenderedLabels.more("size", "tensor");
  private static final RenderedLabels ALLOCATED = RenderedLabels.more("size", "allocated");
  private static final RenderedLabels RESERVED = RenderedLabels.more("size", "reserved");
  private static final RenderedLabels PROCESS = RenderedLabels.more("size", "process");
  private static final RenderedLabels DEVICE = RenderedLabels.more("size", "device");

  private static final String PHASES =
      Arrays.stream(JobPhase.values())
          .map(phase -> phase.number() + " " + phase.wireName())
          .collect(Collectors.joining(", "));

  private static final List<MetricFamily<Row>> OF_ONE_SIDE =
      List.of(
          info(
              "headroom_job_info",
              "What a job trains, as its layer configuration says, and whose it is; empty where"
                  + " nobody says.",
              (row, lines) -> lines.add(description(row.job()), 1)),
          info(
              "headroom_job_gpu_info",
              "Which GPU a rank of a job is on; the rank is empty where only an agent saw it.",
              (row, lines) -> gpus(row.places(), lines)),
          MetricFamily.gauge(
              "headroom_job_state",
              "",
              "1 for the state a job is in.",
              (row, lines) -> add(lines, STATES.get(row.status()), 1)),
          info(
              "headroom_job_budget_missing_info",
              "Why a job has no budget; absent where it has one.",
              (row, lines) -> row.gap().ifPresent(gap -> add(lines, GAPS.get(gap), 1))),
          // A number, not a label: a series for each phase would come and go with every step.
          MetricFamily.gauge(
              "headroom_job_phase",
              "",
              "What the fullest rank says it is doing: " + PHASES + ".",
              (row, lines) ->
                  row.fullest()
                      .map(place -> place.main().phase())
                      .ifPresent(phase -> lines.add(RenderedLabels.END, phase.number()))),
          MetricFamily.gauge(
              "headroom_job_predicted_memory_bytes",
              "bytes",
              "Predicted device memory of one rank at its peak, by category; they add up to the"
                  + " predicted device peak.",
              (row, lines) -> row.job().budget().ifPresent(b -> categories(b.categories(), lines))),
          MetricFamily.gauge(
              "headroom_job_measured_memory_bytes",
              "bytes",
              "Memory of the fullest rank by category, where a reporter measures categories.",
              (row, lines) ->
                  row.fullest().ifPresent(place -> categories(place.main().categories(), lines))),
          MetricFamily.gauge(
              "headroom_job_predicted_peak_bytes",
              "bytes",
              "Predicted peak of one rank: live tensors, allocated by the framework, reserved by"
                  + " it, used of the device.",
              (row, lines) -> row.job().budget().ifPresent(b -> predicted(b.peak(), lines))),
          MetricFamily.gauge(
              "headroom_job_predicted_kernel_temporaries_bytes",
              "bytes",
              "By how much the allocator's peaks are higher on a GPU, for what CUDA kernels make"
                  + " for themselves; absent where they make nothing.",
              (row, lines) -> row.job().budget().ifPresent(b -> temporaries(b.peak(), lines))),
          MetricFamily.gauge(
              "headroom_job_predicted_peak_p95_bytes",
              "bytes",
              "Device peak of one rank that one job in twenty exceeds.",
              (row, lines) ->
                  row.job()
                      .budget()
                      .ifPresent(b -> lines.add(RenderedLabels.END, b.peak().deviceP95().bytes()))),
          MetricFamily.gauge(
              "headroom_job_measured_bytes",
              "bytes",
              "Memory of the fullest rank now.",
              (row, lines) -> row.fullest().ifPresent(place -> measured(place.sizes(), lines))),
          MetricFamily.gauge(
              "headroom_job_measured_peak_bytes",
              "bytes",
              "Most memory of any rank since the run began.",
              (row, lines) -> peaks(row.job().peaks(), lines)),
          MetricFamily.gauge(
              "headroom_job_ranks",
              "",
              "Ranks that were seen of a job.",
              (row, lines) -> lines.add(RenderedLabels.END, row.places().ranks())),
          MetricFamily.gauge(
              "headroom_job_last_sample_timestamp_seconds",
              "seconds",
              "When the newest sample of a job was taken.",
              (row, lines) -> {
                Instant last = row.job().lastSample();
                if (last != null) {
                  lines.add(RenderedLabels.END, last.toEpochMilli() / 1000.0);
                }
              }));

  static final List<MetricFamily<Row>> ALL =
      Stream.concat(OF_ONE_SIDE.stream(), JudgementFamilies.ALL.stream()).toList();

  private JobFamilies() {}

  private record RankOnGpu(String gpu, @Nullable Integer rank) {}

  /// One series for all that have no rank on a GPU; none for a rank that ended before its job, or
  /// where a rank holds nothing.
  private static void gpus(JobPlaces places, SeriesWriter lines) {
    var written = new HashSet<RankOnGpu>();
    for (Place place : places.places()) {
      if (place.isOccupied() && written.add(new RankOnGpu(place.gpu(), place.rank()))) {
        lines.add(RenderedLabels.more("gpu_uuid", place.gpu(), "rank", text(place.rank())), 1);
      }
    }
  }

  private static void categories(Map<Category, MemorySize> sizes, SeriesWriter lines) {
    sizes.forEach((category, size) -> add(lines, CATEGORIES.get(category), size.bytes()));
  }

  private static void predicted(Peak peak, SeriesWriter lines) {
    lines.add(TENSOR, peak.tensor().bytes());
    lines.add(ALLOCATED, peak.allocated().bytes());
    lines.add(RESERVED, peak.reserved().bytes());
    lines.add(DEVICE, peak.device().bytes());
  }

  private static void temporaries(Peak peak, SeriesWriter lines) {
    if (!peak.kernelTemporaries().isNone()) {
      lines.add(ALLOCATED, peak.kernelTemporaries().allocated().bytes());
      lines.add(RESERVED, peak.kernelTemporaries().reserved().bytes());
    }
  }

  private static void measured(MemorySample.Sizes sizes, SeriesWriter lines) {
    size(ALLOCATED, sizes.allocated(), lines);
    size(RESERVED, sizes.reserved(), lines);
    size(PROCESS, sizes.processUsed(), lines);
  }

  private static void peaks(MemoryPeaks peaks, SeriesWriter lines) {
    size(ALLOCATED, peaks.allocated(), lines);
    size(RESERVED, peaks.reserved(), lines);
    size(PROCESS, peaks.process(), lines);
  }

  private static void size(RenderedLabels ending, @Nullable MemorySize size, SeriesWriter lines) {
    if (size != null) {
      lines.add(ending, size.bytes());
    }
  }

  private static void add(SeriesWriter lines, @Nullable RenderedLabels ending, long value) {
    if (ending != null) {
      lines.add(ending, value);
    }
  }

  private static RenderedLabels description(JobState job) {
    Optional<Registration> registration = Optional.ofNullable(job.registration());
    Optional<TrainingSetup> setup = registration.map(r -> r.config().setup());
    Ownership ownership = job.ownership();
    return RenderedLabels.more(
        "run", text(job.run()),
        "model", registration.map(r -> r.config().model()).orElse(""),
        "framework", registration.map(r -> framework(r.config().framework())).orElse(""),
        "optimizer", setup.map(s -> s.optimizer().kind().wireName()).orElse(""),
        "precision", setup.map(s -> precision(s.precision())).orElse(""),
        "strategy", setup.map(s -> s.parallelism().strategy().wireName()).orElse(""),
        "owner", ownership.owner(),
        "team", ownership.team(),
        "namespace", ownership.namespace(),
        "preallocates", job.preallocates() ? "true" : "");
  }

  private static String framework(Framework framework) {
    return (framework.name() + " " + framework.version()).strip();
  }

  private static String precision(Precision precision) {
    String parameters = precision.parameters().wireName();
    return precision.isAutocast() ? parameters + "+" + precision.autocast().wireName() : parameters;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static MetricFamily<Row> info(String name, String help, MetricFamily.Series<Row> series) {
    return new MetricFamily<>(name, Kind.INFO, "", help, series);
  }
}
