package dev.headroom.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headroom.budget.Budget;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.live.GpuRoom;
import dev.headroom.sample.DeviceSample;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The GPUs of the fleet, the jobs on them and their room.
///
/// @param total how many there are that the filters let through
/// @param models sums of all of those, by model
/// @param nodes sums of all of those, by node, of the nodes that have a GPU on this page
/// @param gpus one page of them
/// @param next what to give as `after` for the next page; null on the last one
public record FleetView(
    Instant at,
    int total,
    List<ModelView> models,
    List<NodeView> nodes,
    List<GpuView> gpus,
    @Nullable String next)
    implements Paged {

  /// Agents may call their GPUs anything.
  private static final int MAX_MODELS = 100;

  public FleetView {
    models = List.copyOf(models);
    nodes = List.copyOf(nodes);
    gpus = List.copyOf(gpus);
  }

  /// All GPUs of one model.
  record ModelView(String model, @JsonUnwrapped RoomSums sums) {}

  /// All GPUs of one node.
  record NodeView(String host, @JsonUnwrapped RoomSums sums) {}

  /// One GPU or slice.
  ///
  /// @param usableBytes what one process can have of it
  /// @param predictedPeakBytes of the jobs on it that have a budget, together
  /// @param expectedBytes of all jobs on it the larger of predicted and measured peak, together
  /// @param headroomBytes total less expected and unattributed; negative where the jobs may not fit
  /// @param headroomAtMostBytes the most that is left, where nobody tells what each process holds;
  ///     null where it is known
  /// @param freeNowBytes what new processes can have at this moment
  /// @param freeAtPeakBytes what they can have once the jobs on it have reached their peaks
  /// @param idle whether nobody is on it
  /// @param needsP95Bytes what nineteen of twenty such jobs stay below here, of the job in question
  public record GpuView(
      String gpu,
      String host,
      @Nullable Integer index,
      @Nullable String model,
      @Nullable String driver,
      @Nullable String migProfile,
      long totalBytes,
      long usableBytes,
      long usedBytes,
      long unattributedBytes,
      long predictedPeakBytes,
      long expectedBytes,
      long headroomBytes,
      @Nullable Long headroomAtMostBytes,
      long freeNowBytes,
      long freeAtPeakBytes,
      boolean idle,
      @Nullable Long needsP95Bytes,
      Instant time,
      List<ShareView> jobs) {

    private static final int MAX_SHARES = 64;

    public GpuView {
      jobs = List.copyOf(jobs);
    }

    /// One GPU with its room.
    ///
    /// @param needs of the job in question; null where none is
    public static GpuView of(GpuRoom room, @Nullable MemorySize needs) {
      GpuHeadroom gpuHeadroom = room.gpuHeadroom();
      DeviceSample sample = gpuHeadroom.gpu().sample();
      return new GpuView(
          sample.gpu(),
          sample.host(),
          sample.index(),
          sample.model(),
          sample.driver(),
          sample.migProfile(),
          sample.total().bytes(),
          room.kind().usable().bytes(),
          sample.used().bytes(),
          gpuHeadroom.unattributed().bytes(),
          gpuHeadroom.shares().stream().mapToLong(GpuView::predicted).sum(),
          room.expected().bytes(),
          gpuHeadroom.headroom(),
          gpuHeadroom.isKnown() ? null : (Long) gpuHeadroom.atMost(),
          room.freeNow().bytes(),
          room.freeAtPeak().bytes(),
          room.idle(),
          SizesView.bytes(needs),
          sample.time(),
          gpuHeadroom.shares().stream().limit(MAX_SHARES).map(ShareView::of).toList());
    }

    private static long predicted(GpuHeadroom.Share share) {
      return share.job().budget().map(Budget::peak).map(peak -> peak.device().bytes()).orElse(0L);
    }
  }

  /// What one rank takes of a GPU.
  ///
  /// @param measuredBytes now
  /// @param expectedBytes the larger of its predicted and its measured peak
  record ShareView(String job, @Nullable Long measuredBytes, long expectedBytes) {

    private static ShareView of(GpuHeadroom.Share share) {
      return new ShareView(
          share.job().job(),
          SizesView.bytes(share.measured().orElse(null)),
          share.expected().bytes());
    }
  }

  /// Sums by model; the bound keeps an answer small whatever agents call their GPUs.
  public static List<ModelView> models(Collection<GpuRoom> rooms) {
    var models = new TreeMap<String, RoomSums>();
    for (GpuRoom room : rooms) {
      String model = room.gpuHeadroom().gpu().sample().model();
      String name = model == null ? "" : model;
      String key = models.containsKey(name) || models.size() < MAX_MODELS ? name : "others";
      models.merge(key, RoomSums.of(room), RoomSums::plus);
    }
    return models.entrySet().stream()
        .map(each -> new ModelView(each.getKey(), each.getValue()))
        .toList();
  }

  /// Sums by node, of the nodes that a page is about.
  public static List<NodeView> nodes(Collection<GpuRoom> rooms, Collection<GpuRoom> page) {
    Set<String> wanted = new HashSet<>();
    page.forEach(room -> wanted.add(room.gpuHeadroom().gpu().sample().host()));
    var nodes = new TreeMap<String, RoomSums>();
    for (GpuRoom room : rooms) {
      String host = room.gpuHeadroom().gpu().sample().host();
      if (wanted.contains(host)) {
        nodes.merge(host, RoomSums.of(room), RoomSums::plus);
      }
    }
    return nodes.entrySet().stream()
        .map(each -> new NodeView(each.getKey(), each.getValue()))
        .toList();
  }
}
