package dev.headroom.plan.live;

import dev.headroom.budget.Budget;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.PersistentMap;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fit.DeviceSpread;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fleet.Fleet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The GPUs of the ledger and the jobs on them, as plans see them.
public final class LiveFleet {

  private final PersistentMap<JobState> jobs;
  private final GpuCatalogue catalogue;
  private final DeviceSpread spread;
  private final Map<String, GpuHeadroom> gpuHeadrooms;
  private final Map<String, GpuModel> kinds = new HashMap<>();
  private final List<Tenant> tenants = new ArrayList<>();

  /// A job with a budget on GPUs of one kind; one that preallocates counts by what it holds alone.
  ///
  /// @param ranks how many GPUs it is on
  /// @param alone whether it has each of them for itself
  /// @param fit how one rank fits there
  /// @param beyond what it was measured to need more than predicted, bytes
  record Tenant(
      String job,
      Registration registration,
      Budget budget,
      GpuModel kind,
      int ranks,
      boolean alone,
      Fit fit,
      long beyond) {

    /// What a rank needs of a device at the 95th percentile, bytes.
    long needs(DeviceSpread spread, CudaDevice device) {
      return spread.of(registration.config(), budget, device.model()).p95().bytes() + beyond;
    }
  }

  public LiveFleet(Snapshot snapshot, GpuCatalogue catalogue, DeviceSpread spread) {
    this.jobs = snapshot.jobs();
    this.catalogue = catalogue;
    this.spread = spread;
    this.gpuHeadrooms = GpuHeadroom.of(snapshot);
    var known = new LiveKinds(catalogue);
    gpuHeadrooms.forEach((gpu, it) -> kinds.put(gpu, known.of(LiveGpu.of(it))));
    snapshot.jobs().forEach(job -> tenant(job).ifPresent(tenants::add));
    tenants.sort(Comparator.comparing(Tenant::job));
  }

  /// What new jobs can be placed on.
  ///
  /// @throws IllegalArgumentException where no GPU is known
  public Fleet fleet() {
    return LiveGpu.fleet(catalogue, gpuHeadrooms.values().stream().map(LiveGpu::of).toList());
  }

  Map<String, GpuHeadroom> gpuHeadrooms() {
    return gpuHeadrooms;
  }

  PersistentMap<JobState> jobs() {
    return jobs;
  }

  /// The kinds of GPU that there are, each once.
  List<GpuModel> kinds() {
    return kinds.values().stream().distinct().sorted(Comparator.comparing(GpuModel::name)).toList();
  }

  List<Tenant> tenants() {
    return tenants;
  }

  GpuCatalogue catalogue() {
    return catalogue;
  }

  DeviceSpread spread() {
    return spread;
  }

  /// What kind a GPU is; null where nobody told of it.
  @Nullable GpuModel kind(String gpu) {
    return kinds.get(gpu);
  }

  private Optional<Tenant> tenant(JobState job) {
    Registration registration = job.registration();
    if (job.endedAt() != null
        || registration == null
        || job.preallocates()
        || !(registration.prediction() instanceof Budget budget)) {
      return Optional.empty();
    }
    GpuModel kind = null;
    int ranks = 0;
    boolean alone = true;
    long beyond = 0;
    for (Place place : JobPlaces.of(job).places()) {
      GpuModel on = kinds.get(place.gpu());
      GpuHeadroom gpuHeadroom = gpuHeadrooms.get(place.gpu());
      if (place.main().hasEnded() || !place.isHome() || on == null || gpuHeadroom == null) {
        continue;
      }
      if (kind != null && !kind.equals(on)) {
        // Ranks on GPUs of several kinds are not moved together.
        alone = false;
      }
      kind = on;
      ranks++;
      alone &= gpuHeadroom.shares().size() == 1;
      beyond = Math.max(beyond, beyond(place.main(), budget));
    }
    if (kind == null) {
      return Optional.empty();
    }
    CudaDevice device = CudaDevice.whole(kind);
    Fit fit = Fit.of(device, spread.of(registration.config(), budget, kind));
    return Optional.of(
        new Tenant(job.job(), registration, budget, kind, ranks, alone, fit, beyond));
  }

  /// What the ranks of a job were measured to need more than predicted, at most; bytes.
  static long beyond(JobState job, Budget budget) {
    long most = 0;
    for (Place place : JobPlaces.of(job).places()) {
      if (!place.main().hasEnded()) {
        most = Math.max(most, beyond(place.main(), budget));
      }
    }
    return most;
  }

  /// Reserved memory alone tells nothing of need: the allocator keeps what it once had.
  private static long beyond(Placement placement, Budget budget) {
    MemorySize allocated = placement.peaks().allocated();
    if (allocated != null) {
      return Math.max(0, allocated.bytes() - budget.peak().expectedAllocated().bytes());
    }
    MemorySize process = placement.peaks().process();
    return process == null ? 0 : Math.max(0, process.bytes() - budget.peak().deviceP95().bytes());
  }
}
