package dev.headroom.api.watch;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Every GPU as a cell, by node; and one of them in detail.
///
/// @param selected the UUID of that one; null for none
public record FleetWatch(@Nullable String selected) implements WatchedView {

  private static final int MAX_GPUS = 5000;
  private static final int MAX_JOBS = 4;
  private static final int MAX_SHARES = 64;
  private static final int MAX_MODELS = 100;

  /// @param nodes the cells of each node by the GPU's UUID
  /// @param leftOut how many GPUs are beyond the bound
  /// @param models sums by GPU model
  /// @param gpu the selected one; null where it is not known
  record Document(
      HeaderView header,
      Map<String, Map<String, Cell>> nodes,
      int leftOut,
      Map<String, ModelSum> models,
      @Nullable ChosenGpu gpu) {}

  /// One GPU, in whole percents of its size: an exact figure would change with each sample.
  ///
  /// @param usedPercent by whomever, now
  /// @param committedPercent what its jobs need once each has peaked, and what no job explains
  /// @param over whether its jobs do not fit together once each has peaked
  /// @param jobs the first few on it
  /// @param silent whether its agent was not heard of for a while
  record Cell(
      @Nullable Integer index,
      @Nullable String model,
      @Nullable String migProfile,
      long totalBytes,
      int usedPercent,
      int committedPercent,
      boolean over,
      List<String> jobs,
      int more,
      boolean silent) {

    private static Cell of(GpuHeadroom gpu, boolean silent) {
      DeviceSample sample = gpu.gpu().sample();
      long total = sample.total().bytes();
      List<String> jobs =
          gpu.shares().stream().map(share -> share.job().job()).distinct().sorted().toList();
      return new Cell(
          sample.index(),
          sample.model(),
          sample.migProfile(),
          total,
          percent(sample.used().bytes(), total),
          percent(gpu.committed(), total),
          gpu.isOverCommitted(),
          jobs.subList(0, Math.min(jobs.size(), MAX_JOBS)),
          Math.max(0, jobs.size() - MAX_JOBS),
          silent);
    }

    private static int percent(long bytes, long total) {
      return total == 0 ? 0 : (int) Math.round(100.0 * bytes / total);
    }
  }

  /// One GPU, to the byte.
  ///
  /// @param headroomBytes what is left at least once every job has peaked; negative where they may
  ///     not fit
  /// @param headroomAtMostBytes what is left at most; null where that is the same
  record ChosenGpu(
      String gpu,
      String host,
      @Nullable Integer index,
      @Nullable String model,
      @Nullable String migProfile,
      long totalBytes,
      long usedBytes,
      long unattributedBytes,
      long headroomBytes,
      @Nullable Long headroomAtMostBytes,
      List<Tenancy> jobs) {

    private static ChosenGpu of(GpuHeadroom gpu) {
      DeviceSample sample = gpu.gpu().sample();
      return new ChosenGpu(
          sample.gpu(),
          sample.host(),
          sample.index(),
          sample.model(),
          sample.migProfile(),
          sample.total().bytes(),
          sample.used().bytes(),
          gpu.unattributed().bytes(),
          gpu.headroom(),
          gpu.isKnown() ? null : (Long) gpu.atMost(),
          gpu.shares().stream().limit(MAX_SHARES).map(Tenancy::of).toList());
    }
  }

  /// What one rank takes of a GPU.
  ///
  /// @param measuredBytes now; null where nobody tells
  /// @param expectedBytes the larger of its predicted and its measured peak
  record Tenancy(String job, @Nullable Long measuredBytes, long expectedBytes) {

    private static Tenancy of(GpuHeadroom.Share share) {
      return new Tenancy(
          share.job().job(),
          share.measured().map(MemorySize::bytes).orElse(null),
          share.expected().bytes());
    }
  }

  /// All GPUs of one model whose agent is heard of.
  ///
  /// @param largestFreeBytes the most that one of them has left once its jobs have peaked
  record ModelSum(
      int gpus, int silent, int idle, int overCommitted, long totalBytes, long largestFreeBytes) {

    private static final ModelSum NONE = new ModelSum(0, 0, 0, 0, 0, 0);

    private ModelSum plus(GpuHeadroom gpu, boolean isSilent) {
      if (isSilent) {
        return new ModelSum(
            gpus + 1, silent + 1, idle, overCommitted, totalBytes, largestFreeBytes);
      }
      return new ModelSum(
          gpus + 1,
          silent,
          idle + (gpu.shares().isEmpty() ? 1 : 0),
          overCommitted + (gpu.isOverCommitted() ? 1 : 0),
          totalBytes + gpu.gpu().sample().total().bytes(),
          Math.max(largestFreeBytes, gpu.headroom()));
    }
  }

  @Override
  public Object document(WatchSources sources) {
    Snapshot snapshot = sources.roster().snapshot();
    Map<String, GpuHeadroom> all = sources.roster().gpus();
    Map<String, Map<String, Cell>> nodes = new TreeMap<>();
    Map<String, ModelSum> models = new TreeMap<>();
    int cells = 0;
    for (Map.Entry<String, GpuHeadroom> entry : new TreeMap<>(all).entrySet()) {
      GpuHeadroom gpu = entry.getValue();
      boolean silent = gpu.gpu().isSilent(snapshot.at(), snapshot.limits().silent());
      String model = gpu.gpu().sample().model();
      String name = model == null ? "unknown" : model;
      String bounded = models.containsKey(name) || models.size() < MAX_MODELS ? name : "others";
      models.put(bounded, models.getOrDefault(bounded, ModelSum.NONE).plus(gpu, silent));
      if (cells < MAX_GPUS) {
        nodes
            .computeIfAbsent(gpu.gpu().sample().host(), _ -> new TreeMap<>())
            .put(entry.getKey(), Cell.of(gpu, silent));
        cells++;
      }
    }
    GpuHeadroom chosen = selected == null ? null : all.get(selected);
    return new Document(
        sources.header(),
        nodes,
        all.size() - cells,
        models,
        chosen == null ? null : ChosenGpu.of(chosen));
  }
}
