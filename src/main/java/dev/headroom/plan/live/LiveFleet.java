package dev.headroom.plan.live;

import dev.headroom.budget.Budget;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.headroom.GpuHeadroom;
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

  private final GpuCatalogue catalogue;
  private final DeviceSpread spread;
  private final Map<String, GpuHeadroom> gpuHeadrooms;
  private final Map<String, GpuModel> kinds = new HashMap<>();
  private final List<Tenant> tenants = new ArrayList<>();

  /// A job with a budget on GPUs of one kind.
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
    this.catalogue = catalogue;
    this.spread = spread;
    this.gpuHeadrooms = GpuHeadroom.of(snapshot);
    gpuHeadrooms.forEach((gpu, it) -> kinds.put(gpu, LiveGpu.of(it).kind(catalogue)));
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
        || !(registration.prediction() instanceof Budget budget)) {
      return Optional.empty();
    }
    GpuModel kind = null;
    int ranks = 0;
    boolean alone = true;
    long beyond = 0;
    for (Placement placement : job.placements()) {
      GpuModel on = kinds.get(placement.gpu());
      GpuHeadroom gpuHeadroom = gpuHeadrooms.get(placement.gpu());
      if (placement.hasEnded() || on == null || gpuHeadroom == null) {
        continue;
      }
      if (kind != null && !kind.equals(on)) {
        // Ranks on GPUs of several kinds are not moved together.
        alone = false;
      }
      kind = on;
      ranks++;
      alone &= gpuHeadroom.shares().size() == 1;
      beyond = Math.max(beyond, beyond(placement, budget));
    }
    if (kind == null) {
      return Optional.empty();
    }
    CudaDevice device = CudaDevice.whole(kind);
    Fit fit = Fit.of(device, spread.of(registration.config(), budget, kind));
    return Optional.of(
        new Tenant(job.job(), registration, budget, kind, ranks, alone, fit, beyond));
  }

  /// Reserved memory alone tells nothing of need: the allocator keeps what it once had.
  private static long beyond(Placement placement, Budget budget) {
    MemorySize allocated = placement.peaks().allocated();
    if (allocated != null) {
      return Math.max(0, allocated.bytes() - budget.peak().allocated().bytes());
    }
    MemorySize process = placement.peaks().process();
    return process == null ? 0 : Math.max(0, process.bytes() - budget.peak().deviceP95().bytes());
  }
}
