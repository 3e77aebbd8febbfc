package dev.headroom.metrics;

import dev.headroom.budget.Category;
import dev.headroom.budget.MemorySize;
import dev.headroom.budget.Peak;
import dev.headroom.ledger.Drift;
import dev.headroom.ledger.JobState;
import dev.headroom.ledger.MemorySample;
import dev.headroom.ledger.Peaks;
import dev.headroom.ledger.Phase;
import dev.headroom.ledger.Placement;
import dev.headroom.ledger.Registration;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.Status;
import dev.headroom.metrics.Family.Kind;
import dev.headroom.network.Framework;
import dev.headroom.network.Precision;
import dev.headroom.network.TrainingSetup;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Every metric of a job: name, unit, help and labels.
final class JobFamilies {

  /// A job whose lines are written.
  ///
  /// @param now by the snapshot
  record Row(Rendered subject, JobState job, Status status, Instant now) {

    static Row of(JobState job, Snapshot snapshot) {
      return new Row(
          Rendered.subject("training_job", job.job()),
          job,
          job.status(snapshot.at(), snapshot.limits().silent()),
          snapshot.at());
    }
  }

  private static final Map<Category, Rendered> CATEGORIES =
      endings(Category.class, "category", Category::wireName);
  private static final Map<Status, Rendered> STATES =
      endings(Status.class, "state", Status::wireName);
  private static final Rendered TENSOR = Rendered.more("size", "tensor");
  private static final Rendered ALLOCATED = Rendered.more("size", "allocated");
  private static final Rendered RESERVED = Rendered.more("size", "reserved");
  private static final Rendered PROCESS = Rendered.more("size", "process");
  private static final Rendered DEVICE = Rendered.more("size", "device");

  private static final String PHASES =
      Arrays.stream(Phase.values())
          .map(phase -> phase.number() + " " + phase.wireName())
          .collect(Collectors.joining(", "));

  static final List<Family<Row>> ALL =
      List.of(
          info(
              "headroom_job_info",
              "What a job trains, as its layer configuration says; empty where it says nothing.",
              (row, lines) -> lines.add(description(row.job()), 1)),
          info(
              "headroom_job_gpu_info",
              "Which GPU a rank of a job is on; the rank is empty where only an agent saw it.",
              (row, lines) -> gpus(row.job(), lines)),
          gauge(
              "headroom_job_state",
              "",
              "1 for the state a job is in.",
              (row, lines) -> add(lines, STATES.get(row.status()), 1)),
          // A number, not a label: a series for each phase would come and go with every step.
          gauge(
              "headroom_job_phase",
              "",
              "What the fullest rank says it is doing: " + PHASES + ".",
              (row, lines) ->
                  row.job()
                      .fullest()
                      .map(Placement::phase)
                      .ifPresent(phase -> lines.add(Rendered.END, phase.number()))),
          gauge(
              "headroom_job_predicted_memory_bytes",
              "bytes",
              "Predicted device memory of one rank at its peak, by category; they add up to the"
                  + " predicted device peak.",
              (row, lines) -> row.job().budget().ifPresent(b -> categories(b.categories(), lines))),
          gauge(
              "headroom_job_measured_memory_bytes",
              "bytes",
              "Memory of the fullest rank by category, where a reporter measures categories.",
              (row, lines) ->
                  row.job().fullest().ifPresent(p -> categories(p.categories(), lines))),
          gauge(
              "headroom_job_predicted_peak_bytes",
              "bytes",
              "Predicted peak of one rank: live tensors, allocated by the framework, reserved by"
                  + " it, used of the device.",
              (row, lines) -> row.job().budget().ifPresent(b -> predicted(b.peak(), lines))),
          gauge(
              "headroom_job_predicted_peak_p95_bytes",
              "bytes",
              "Device peak of one rank that one job in twenty exceeds.",
              (row, lines) ->
                  row.job()
                      .budget()
                      .ifPresent(b -> lines.add(Rendered.END, b.peak().deviceP95().bytes()))),
          gauge(
              "headroom_job_measured_bytes",
              "bytes",
              "Memory of the fullest rank now.",
              (row, lines) -> row.job().fullest().ifPresent(p -> measured(p.latest(), lines))),
          gauge(
              "headroom_job_measured_peak_bytes",
              "bytes",
              "Most memory of any rank since the run began.",
              (row, lines) -> peaks(row.job().peaks(), lines)),
          gauge(
              "headroom_job_drift_bytes",
              "bytes",
              "Measured peak minus predicted peak of the same size; absent without both.",
              (row, lines) -> drift(row.job(), (ending, d) -> lines.add(ending, d.bytes()))),
          gauge(
              "headroom_job_drift_ratio",
              "ratio",
              "Drift by the predicted peak.",
              (row, lines) -> drift(row.job(), (ending, d) -> lines.add(ending, d.ratio()))),
          gauge(
              "headroom_job_growth_bytes_per_second",
              "bytes_per_second",
              "How fast a job's fullest rank has grown for five minutes; absent while it does not.",
              (row, lines) ->
                  row.job().growth(row.now()).ifPresent(rate -> lines.add(Rendered.END, rate))),
          gauge(
              "headroom_job_time_to_capacity_seconds",
              "seconds",
              "Until the fullest GPU of a job is full at its present growth; absent without growth.",
              (row, lines) ->
                  row.job()
                      .timeToCapacity(row.now())
                      .ifPresent(left -> lines.add(Rendered.END, left.toSeconds()))),
          gauge(
              "headroom_job_ranks",
              "",
              "Ranks that were seen of a job.",
              (row, lines) -> lines.add(Rendered.END, row.job().ranks())),
          gauge(
              "headroom_job_last_sample_timestamp_seconds",
              "seconds",
              "When the newest sample of a job was taken.",
              (row, lines) -> {
                Instant last = row.job().lastSample();
                if (last != null) {
                  lines.add(Rendered.END, last.toEpochMilli() / 1000.0);
                }
              }));

  private JobFamilies() {}

  private record RankOnGpu(String gpu, String rank) {}

  /// One series for all that have no rank on a GPU; none for a rank that ended before its job.
  private static void gpus(JobState job, Lines lines) {
    job.placements().stream()
        .filter(placement -> job.endedAt() != null || !placement.hasEnded())
        .map(placement -> new RankOnGpu(placement.gpu(), text(placement.rank())))
        .distinct()
        .forEach(each -> lines.add(Rendered.more("gpu_uuid", each.gpu(), "rank", each.rank()), 1));
  }

  private interface DriftLine {
    void add(Rendered ending, Drift drift);
  }

  private static void drift(JobState job, DriftLine line) {
    job.allocatedDrift().ifPresent(drift -> line.add(ALLOCATED, drift));
    job.reservedDrift().ifPresent(drift -> line.add(RESERVED, drift));
    job.deviceDrift().ifPresent(drift -> line.add(DEVICE, drift));
  }

  private static void categories(Map<Category, MemorySize> sizes, Lines lines) {
    sizes.forEach((category, size) -> add(lines, CATEGORIES.get(category), size.bytes()));
  }

  private static void predicted(Peak peak, Lines lines) {
    lines.add(TENSOR, peak.tensor().bytes());
    lines.add(ALLOCATED, peak.allocated().bytes());
    lines.add(RESERVED, peak.reserved().bytes());
    lines.add(DEVICE, peak.device().bytes());
  }

  private static void measured(MemorySample.Sizes sizes, Lines lines) {
    size(ALLOCATED, sizes.allocated(), lines);
    size(RESERVED, sizes.reserved(), lines);
    size(PROCESS, sizes.processUsed(), lines);
  }

  private static void peaks(Peaks peaks, Lines lines) {
    size(ALLOCATED, peaks.allocated(), lines);
    size(RESERVED, peaks.reserved(), lines);
    size(PROCESS, peaks.process(), lines);
  }

  private static void size(Rendered ending, @Nullable MemorySize size, Lines lines) {
    if (size != null) {
      lines.add(ending, size.bytes());
    }
  }

  private static void add(Lines lines, @Nullable Rendered ending, long value) {
    if (ending != null) {
      lines.add(ending, value);
    }
  }

  private static Rendered description(JobState job) {
    Optional<Registration> registration = Optional.ofNullable(job.registration());
    Optional<TrainingSetup> setup = registration.map(r -> r.config().setup());
    return Rendered.more(
        "run", text(job.run()),
        "model", registration.map(r -> r.config().model()).orElse(""),
        "framework", registration.map(r -> framework(r.config().framework())).orElse(""),
        "optimizer", setup.map(s -> s.optimizer().kind().wireName()).orElse(""),
        "precision", setup.map(s -> precision(s.precision())).orElse(""),
        "strategy", setup.map(s -> s.parallelism().strategy().wireName()).orElse(""));
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

  private static <E extends Enum<E>> Map<E, Rendered> endings(
      Class<E> type, String label, Function<E, String> value) {
    var all = new EnumMap<E, Rendered>(type);
    for (E each : type.getEnumConstants()) {
      all.put(each, Rendered.more(label, value.apply(each)));
    }
    return all;
  }

  private static Family<Row> gauge(
      String name, String unit, String help, Family.Series<Row> series) {
    return new Family<>(name, Kind.GAUGE, unit, help, series);
  }

  private static Family<Row> info(String name, String help, Family.Series<Row> series) {
    return new Family<>(name, Kind.INFO, "", help, series);
  }
}
