package dev.headroom.api.view;

import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.sample.DeviceSample;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The GPUs of the fleet, the jobs on them and their headroom.
///
/// @param total how many there are that the filters let through
/// @param models sums of all of those, by model
/// @param gpus one page of them
/// @param next what to give as `after` for the next page; null on the last one
public record FleetView(
    Instant at, int total, List<ModelView> models, List<GpuView> gpus, @Nullable String next) {

  public FleetView {
    models = List.copyOf(models);
    gpus = List.copyOf(gpus);
  }

  /// All GPUs of one model.
  ///
  /// @param overcommitted those whose jobs do not fit together
  record ModelView(
      String model,
      int gpus,
      int overcommitted,
      long totalBytes,
      long usedBytes,
      long unattributedBytes,
      long headroomBytes) {

    private static ModelView none(String model) {
      return new ModelView(model, 0, 0, 0, 0, 0, 0);
    }

    private ModelView plus(GpuHeadroom gpuHeadroom) {
      DeviceSample sample = gpuHeadroom.gpu().sample();
      return new ModelView(
          model,
          gpus + 1,
          overcommitted + (gpuHeadroom.headroom() < 0 ? 1 : 0),
          Math.addExact(totalBytes, sample.total().bytes()),
          Math.addExact(usedBytes, sample.used().bytes()),
          Math.addExact(unattributedBytes, gpuHeadroom.unattributed().bytes()),
          Math.addExact(headroomBytes, gpuHeadroom.headroom()));
    }
  }

  /// One GPU or slice.
  ///
  /// @param headroomBytes what is left once every job has peaked; negative where they do not fit
  public record GpuView(
      String gpu,
      String host,
      @Nullable Integer index,
      @Nullable String model,
      @Nullable String driver,
      @Nullable String migProfile,
      long totalBytes,
      long usedBytes,
      long unattributedBytes,
      long headroomBytes,
      Instant time,
      List<ShareView> jobs) {

    private static final int MAX_SHARES = 64;

    public GpuView {
      jobs = List.copyOf(jobs);
    }

    public static GpuView of(GpuHeadroom gpuHeadroom) {
      DeviceSample sample = gpuHeadroom.gpu().sample();
      return new GpuView(
          sample.gpu(),
          sample.host(),
          sample.index(),
          sample.model(),
          sample.driver(),
          sample.migProfile(),
          sample.total().bytes(),
          sample.used().bytes(),
          gpuHeadroom.unattributed().bytes(),
          gpuHeadroom.headroom(),
          sample.time(),
          gpuHeadroom.shares().stream().limit(MAX_SHARES).map(ShareView::of).toList());
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
  public static List<ModelView> models(Collection<GpuHeadroom> gpuHeadrooms) {
    var models = new TreeMap<String, ModelView>();
    for (GpuHeadroom gpuHeadroom : gpuHeadrooms) {
      String model = gpuHeadroom.gpu().sample().model();
      String name = model == null ? "" : model;
      String key = models.containsKey(name) || models.size() < MAX_MODELS ? name : "others";
      models.put(key, models.getOrDefault(key, ModelView.none(key)).plus(gpuHeadroom));
    }
    return List.copyOf(models.values());
  }

  private static final int MAX_MODELS = 100;
}
