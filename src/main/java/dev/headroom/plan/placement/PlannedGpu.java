package dev.headroom.plan.placement;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.gpu.MigGeometry;
import dev.headroom.gpu.MigProfile;
import dev.headroom.gpu.MigSlices;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.GpuPartition;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A GPU while a plan is made: what is still free of it.
///
/// Jobs of several ranks take whole GPUs only: between MIG instances nothing is exchanged directly
/// (NVIDIA Multi-Instance GPU User Guide, "Application Considerations").
final class PlannedGpu {

  private static final Comparator<MigProfile> SMALLEST_FIRST =
      Comparator.comparingInt(MigProfile::memorySlices)
          .thenComparingInt(MigProfile::computeSlices)
          .thenComparingInt(profile -> -profile.most());

  /// What [#left] says of a GPU that a job cannot have.
  static final long NOT_HERE = -1;

  final int node;
  final int index;
  final int kind;
  final GpuModel model;
  private final GpuPartition partition;
  private final boolean idle;
  private long free;
  private boolean owned;
  private int ranks;
  private final long[] sizeOf;
  private final long[] freeOf;
  private final boolean[] ownedOf;
  private final List<MigProfile> smallestFirst;
  private MigSlices slices = MigSlices.NONE;

  /// @param kind a number that equal GPUs have in common
  PlannedGpu(int node, int index, int kind, FleetGpu gpu) {
    this.node = node;
    this.index = index;
    this.kind = kind;
    this.model = gpu.model();
    this.partition = gpu.partition();
    this.idle = gpu.idle();
    this.free = gpu.free().bytes();
    List<MigProfile> instances =
        partition instanceof GpuPartition.Divided divided ? divided.instances() : List.of();
    sizeOf = instances.stream().mapToLong(profile -> profile.usable().bytes()).toArray();
    freeOf = sizeOf.clone();
    ownedOf = new boolean[freeOf.length];
    smallestFirst =
        partition instanceof GpuPartition.Divisible(MigGeometry geometry)
            ? geometry.profiles().stream().sorted(SMALLEST_FIRST).toList()
            : List.of();
  }

  boolean isWhole() {
    return partition instanceof GpuPartition.Whole;
  }

  long free() {
    return free;
  }

  boolean isUsed() {
    return ranks > 0;
  }

  /// Whether nobody else can come to it any more.
  boolean isFull() {
    return owned;
  }

  /// What would be left of the device that a rank would get, bytes; or [#NOT_HERE].
  long left(Workload workload, boolean alone) {
    if (owned || (ranks > 0 && isWhole() && !workload.job().shares())) {
      return NOT_HERE;
    }
    long p95 = workload.on(model);
    return switch (partition) {
      case GpuPartition.Whole _ ->
          (idle || workload.job().shares()) && free >= p95 ? free - p95 : NOT_HERE;
      case GpuPartition.Divided _ -> {
        int at = alone ? instance(workload, p95) : -1;
        yield at < 0 ? NOT_HERE : freeOf[at] - p95;
      }
      case GpuPartition.Divisible(MigGeometry geometry) -> {
        MigProfile profile = alone ? profile(geometry, p95) : null;
        yield profile == null ? NOT_HERE : profile.usable().bytes() - p95;
      }
    };
  }

  /// How much of the GPU a rank would take, 0 to 1, where [#left] found a place.
  double part(Workload workload) {
    long p95 = workload.on(model);
    boolean shares = workload.job().shares();
    return switch (partition) {
      case GpuPartition.Whole _ -> shares ? (double) p95 / model.usable().bytes() : 1;
      case GpuPartition.Divided _ ->
          (double) (shares ? p95 : sizeOf[instance(workload, p95)]) / Arrays.stream(sizeOf).sum();
      case GpuPartition.Divisible(MigGeometry geometry) -> {
        MigProfile profile = profile(geometry, p95);
        yield profile == null ? 1 : (double) profile.memorySlices() / geometry.memorySlices();
      }
    };
  }

  /// Gives a rank its place, which [#left] found.
  CudaDevice take(Workload workload) {
    long p95 = workload.on(model);
    boolean shares = workload.job().shares();
    ranks++;
    switch (partition) {
      case GpuPartition.Whole _ -> {
        free -= p95;
        owned = !shares;
        return CudaDevice.whole(model);
      }
      case GpuPartition.Divided(List<MigProfile> instances) -> {
        int at = instance(workload, p95);
        freeOf[at] -= p95;
        ownedOf[at] = !shares;
        owned = allOwned();
        return new CudaDevice(model, instances.get(at));
      }
      case GpuPartition.Divisible(MigGeometry geometry) -> {
        MigProfile profile = profile(geometry, p95);
        if (profile == null) {
          throw new IllegalStateException("no place on " + model.name());
        }
        slices = slices.with(profile, slices.start(geometry, profile));
        owned = slices.compute() == geometry.computeSlices();
        return new CudaDevice(model, profile);
      }
    }
  }

  private boolean allOwned() {
    for (boolean taken : ownedOf) {
      if (!taken) {
        return false;
      }
    }
    return true;
  }

  /// The instance that leaves least; one that is shared may be shared on.
  private int instance(Workload workload, long p95) {
    int best = -1;
    for (int i = 0; i < freeOf.length; i++) {
      boolean open = workload.job().shares() ? !ownedOf[i] : freeOf[i] == sizeOf[i] && idle;
      if (open && freeOf[i] >= p95 && (best < 0 || freeOf[i] < freeOf[best])) {
        best = i;
      }
    }
    return best;
  }

  /// The smallest profile that a rank fits and that still goes on the GPU.
  private @Nullable MigProfile profile(MigGeometry geometry, long p95) {
    if (!idle) {
      return null;
    }
    for (MigProfile profile : smallestFirst) {
      if (profile.usable().bytes() >= p95 && slices.start(geometry, profile) >= 0) {
        return profile;
      }
    }
    return null;
  }
}
