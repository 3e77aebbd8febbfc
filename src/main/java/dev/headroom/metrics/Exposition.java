package dev.headroom.metrics;

import dev.headroom.ledger.GpuState;
import dev.headroom.ledger.JobState;
import dev.headroom.ledger.Occupancy;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.Status;
import dev.headroom.live.Pulse;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// One scrape of a snapshot: what is ours in it, family by family.
///
/// Every replica lists all jobs and GPUs; only the owner of a partition exports them, so that no
/// series stands twice. Where there are too many, whole jobs, then whole GPUs are left out.
final class Exposition {

  /// Series of a job beside one for each of its ranks: a bound that a test holds.
  static final long MOST_OF_A_JOB = 40;

  /// The settings of an exposition.
  ///
  /// @param maxSeries of jobs and GPUs together
  /// @param perGpu whether a job on a GPU has a series of its own
  record Options(long maxSeries, boolean perGpu) {}

  private final List<Family<GpuFamilies.Row>> gpuFamilies;
  private final List<JobFamilies.Row> jobs = new ArrayList<>();
  private final List<GpuFamilies.Row> gpus = new ArrayList<>();
  private final SelfFamilies.Row self;
  private final long maxSeries;
  private final boolean isAmple;
  private long admitted;
  private long omitted;

  Exposition(Snapshot snapshot, Pulse pulse, SelfFamilies.Build build, Options options) {
    this.maxSeries = options.maxSeries();
    this.gpuFamilies = options.perGpu() ? GpuFamilies.ALL_AND_BY_JOB : GpuFamilies.ALL;
    var states = new EnumMap<Status, Long>(Status.class);
    for (Status status : Status.values()) {
      states.put(status, 0L);
    }
    long unpredicted = 0;
    List<JobState> ours = ours(snapshot);
    this.isAmple = atMost(ours, snapshot, options) <= maxSeries;
    for (JobState job : ours) {
      var row = JobFamilies.Row.of(job, snapshot);
      states.merge(row.status(), 1L, Long::sum);
      unpredicted += job.budget().isPresent() ? 0 : 1;
      if (admit(JobFamilies.ALL, row)) {
        jobs.add(row);
      }
    }
    Map<String, Occupancy> occupancies = snapshot.occupancies();
    snapshot.gpus().forEach(gpu -> add(gpu, snapshot, occupancies));
    self =
        new SelfFamilies.Row(
            build, pulse, states, unpredicted, snapshot.conflicts(), snapshot.refused(), omitted);
  }

  /// Writes all families, and how many series there are with those that others write.
  ///
  /// @param others series that stand beside ours in the same scrape
  void write(OutputStream out, Format format, long others) {
    var lines = new TextLines(out, format);
    for (Family<SelfFamilies.Row> family : SelfFamilies.ALL) {
      lines.begin(family);
      family.series().write(self, lines);
    }
    for (Family<JobFamilies.Row> family : JobFamilies.ALL) {
      lines.begin(family);
      for (JobFamilies.Row job : jobs) {
        lines.of(job.subject());
        family.series().write(job, lines);
      }
    }
    for (Family<GpuFamilies.Row> family : gpuFamilies) {
      lines.begin(family);
      for (GpuFamilies.Row gpu : gpus) {
        lines.of(gpu.subject());
        family.series().write(gpu, lines);
      }
    }
    lines.begin(SelfFamilies.EXPOSED);
    SelfFamilies.EXPOSED.series().write(lines.lines() + others + 1, lines);
    lines.flush();
  }

  private void add(GpuState gpu, Snapshot snapshot, Map<String, Occupancy> occupancies) {
    Occupancy occupancy = occupancies.get(gpu.sample().gpu());
    if (occupancy == null || !snapshot.owns(gpu)) {
      return;
    }
    var row = GpuFamilies.Row.of(occupancy);
    if (admit(gpuFamilies, row)) {
      gpus.add(row);
    }
  }

  private <T> boolean admit(List<Family<T>> families, T row) {
    if (isAmple) {
      return true;
    }
    long series = Family.count(families, row);
    if (admitted + series > maxSeries) {
      omitted += series;
      return false;
    }
    admitted += series;
    return true;
  }

  /// More series than there can be: below the limit nothing has to be counted.
  private static long atMost(List<JobState> jobs, Snapshot snapshot, Options options) {
    long ranks = 0;
    for (JobState job : jobs) {
      ranks += job.placements().size();
    }
    return MOST_OF_A_JOB * jobs.size()
        + ranks * (options.perGpu() ? 2 : 1)
        + (long) GpuFamilies.ALL.size() * snapshot.gpus().size();
  }

  private static List<JobState> ours(Snapshot snapshot) {
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
