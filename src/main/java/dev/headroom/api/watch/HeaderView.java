package dev.headroom.api.watch;

import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.roster.RosterEntry;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.triage.Severity;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What every page shows: whether the monitor works, and the whole fleet in a few figures.
///
/// @param ready whether the monitor says that it is ready
/// @param reason why not
/// @param jobs how many are listed
/// @param severities how many jobs are of which severity; each is named
/// @param states how many jobs are in which state; each is named
/// @param gpuModels of all GPUs, as NVML names them
/// @param ended how many ended runs are kept
public record HeaderView(
    boolean ready,
    @Nullable String reason,
    int jobs,
    Map<String, Integer> severities,
    Map<String, Integer> states,
    List<String> gpuModels,
    GpuTotals gpus,
    int ended) {

  private static final int MAX_MODELS = 100;

  public HeaderView {
    gpuModels = List.copyOf(gpuModels);
  }

  /// All GPUs together; the silent ones count in none of the sizes.
  ///
  /// @param silent those whose agent was not heard of for a while
  /// @param overCommitted those whose jobs do not fit together
  /// @param freeBytes what is left at least once every job has peaked
  record GpuTotals(
      int count, int silent, int overCommitted, long totalBytes, long usedBytes, long freeBytes) {

    private static GpuTotals of(Collection<GpuHeadroom> all, Snapshot snapshot) {
      int silent = 0;
      int overCommitted = 0;
      long total = 0;
      long used = 0;
      long free = 0;
      for (GpuHeadroom gpu : all) {
        if (gpu.gpu().isSilent(snapshot.at(), snapshot.limits().silent())) {
          silent++;
          continue;
        }
        overCommitted += gpu.isOverCommitted() ? 1 : 0;
        total += gpu.gpu().sample().total().bytes();
        used += gpu.gpu().sample().used().bytes();
        free += Math.max(0, gpu.headroom());
      }
      return new GpuTotals(all.size(), silent, overCommitted, total, used, free);
    }
  }

  public static HeaderView of(JobRoster roster, Optional<String> notReady, int ended) {
    Snapshot snapshot = roster.snapshot();
    Map<String, Integer> severities = new TreeMap<>();
    for (Severity severity : Severity.values()) {
      severities.put(severity.wireName(), 0);
    }
    Map<String, Integer> states = new TreeMap<>();
    for (JobStatus status : JobStatus.values()) {
      states.put(status.wireName(), 0);
    }
    for (RosterEntry entry : roster.entries()) {
      severities.merge(entry.triage().severity().wireName(), 1, Integer::sum);
      states.merge(entry.triage().status().wireName(), 1, Integer::sum);
    }
    Collection<GpuHeadroom> gpus = roster.gpus().values();
    var models = new TreeSet<String>();
    for (GpuHeadroom gpu : gpus) {
      String model = gpu.gpu().sample().model();
      if (model != null && models.size() < MAX_MODELS) {
        models.add(model);
      }
    }
    return new HeaderView(
        notReady.isEmpty(),
        notReady.orElse(null),
        roster.entries().size(),
        severities,
        states,
        List.copyOf(models),
        GpuTotals.of(gpus, snapshot),
        ended);
  }
}
