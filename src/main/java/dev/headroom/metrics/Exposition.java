package dev.headroom.metrics;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.ledger.state.JobState;
import dev.headroom.metrics.text.FamilyWriter;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.status.IngestStatus;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// One scrape of a snapshot: the families of jobs and of GPUs as text.
///
/// Every replica lists all jobs and GPUs; only the owner of a partition exports them, so that no
/// series stands twice. Where there are too many, whole jobs, then whole GPUs are left out.
final class Exposition {

  /// Series of a job beside one for each of its ranks: a bound that a test holds.
  static final long MAX_RANKS_OF_A_JOB = 56;

  /// The settings of an exposition.
  ///
  /// @param maxSeries of jobs and GPUs together
  /// @param perGpu whether a job on a GPU has a series of its own
  record Options(long maxSeries, boolean perGpu) {}

  private final Snapshot snapshot;
  private final IngestStatus ingestStatus;
  private final MonitorFamilies.Build build;
  private final Options options;
  private final List<MetricFamily<GpuFamilies.Row>> gpuFamilies;
  private final Map<JobStatus, Long> states = new EnumMap<>(JobStatus.class);
  private boolean isAmple;
  private long admitted;
  private long omitted;

  Exposition(
      Snapshot snapshot, IngestStatus ingestStatus, MonitorFamilies.Build build, Options options) {
    this.snapshot = snapshot;
    this.ingestStatus = ingestStatus;
    this.build = build;
    this.options = options;
    this.gpuFamilies = options.perGpu() ? GpuFamilies.ALL_AND_BY_JOB : GpuFamilies.ALL;
  }

  /// Writes all families, and how many series there are with those that others write; once.
  ///
  /// @param others series that stand beside ours in the same scrape
  void write(OutputStream out, TextFormat format, long others) {
    write(out, format, others, _ -> true);
  }

  /// Writes only some families.
  ///
  /// @param wanted their names
  void write(OutputStream out, TextFormat format, long others, Predicate<String> wanted) {
    var jobs = new FamilyWriter<>(JobFamilies.ALL, format, wanted);
    var gpus = new FamilyWriter<>(gpuFamilies, format, wanted);
    var self = new FamilyWriter<>(MonitorFamilies.ALL, format, wanted);
    var exposed = new FamilyWriter<>(List.of(MonitorFamilies.EXPOSED), format, wanted);
    // A scrape of some metrics looks at what they need only.
    boolean isOfJobs = !jobs.isEmpty() || wanted.test(MonitorFamilies.JOBS);
    List<JobState> ours = isOfJobs || !gpus.isEmpty() ? ours() : List.of();
    isAmple = atMost(ours) <= options.maxSeries();
    Runnable ofJobs = () -> addJobs(ours, jobs);
    Runnable ofGpus = () -> GpuHeadroom.forEach(snapshot, gpuHeadroom -> add(gpuHeadroom, gpus));
    if (isOfJobs && !gpus.isEmpty() && isAmple) {
      // Nobody counts series then, so that the two have nothing in common but the snapshot.
      CompletableFuture<?> beside = CompletableFuture.runAsync(ofGpus);
      ofJobs.run();
      beside.join();
    } else {
      if (isOfJobs) {
        ofJobs.run();
      }
      if (!gpus.isEmpty()) {
        ofGpus.run();
      }
    }
    self.add(RenderedLabels.NONE, self());
    long series = self.count() + jobs.count() + gpus.count() + others + 1;
    exposed.add(RenderedLabels.NONE, series);
    self.writeTo(out);
    jobs.writeTo(out);
    gpus.writeTo(out);
    exposed.writeTo(out);
  }

  private void addJobs(List<JobState> ours, FamilyWriter<JobFamilies.Row> lines) {
    for (JobStatus status : JobStatus.values()) {
      states.put(status, 0L);
    }
    for (JobState job : ours) {
      var row = JobFamilies.Row.of(job, snapshot);
      states.merge(row.status(), 1L, Long::sum);
      if (!lines.isEmpty() && admit(JobFamilies.ALL, row)) {
        lines.add(row.subject(), row);
      }
    }
  }

  private void add(GpuHeadroom gpuHeadroom, FamilyWriter<GpuFamilies.Row> lines) {
    if (!snapshot.owns(gpuHeadroom.gpu())) {
      return;
    }
    var row = GpuFamilies.Row.of(gpuHeadroom, snapshot);
    if (admit(gpuFamilies, row)) {
      lines.add(row.subject(), row);
    }
  }

  private MonitorFamilies.Row self() {
    return new MonitorFamilies.Row(
        build, ingestStatus, states, snapshot.conflicts(), snapshot.refused(), omitted);
  }

  private <T> boolean admit(List<MetricFamily<T>> families, T row) {
    if (isAmple) {
      return true;
    }
    long series = MetricFamily.count(families, row);
    if (admitted + series > options.maxSeries()) {
      omitted += series;
      return false;
    }
    admitted += series;
    return true;
  }

  /// More series than there can be: below the limit nothing has to be counted.
  private long atMost(List<JobState> jobs) {
    long ranks = 0;
    for (JobState job : jobs) {
      ranks += job.placements().size();
    }
    return MAX_RANKS_OF_A_JOB * jobs.size()
        + ranks * (options.perGpu() ? 2 : 1)
        + (long) GpuFamilies.ALL.size() * snapshot.gpus().size();
  }

  private List<JobState> ours() {
    var ours = new ArrayList<JobState>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (snapshot.owns(job)) {
                ours.add(job);
              }
            });
    return ours;
  }
}
