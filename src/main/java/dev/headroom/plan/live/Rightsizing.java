package dev.headroom.plan.live;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.live.LiveFleet.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Jobs that hold more of a GPU than they need, and jobs that need more than they hold.
///
/// A job that has its GPUs for itself could be on the smallest device that it fits: a GPU of
/// another kind that the fleet has, or, for a single rank, a MIG slice of its own kind. It needs
/// its 95th percentile and what it was measured to allocate beyond its budget.
///
/// @param smaller what would come free, most first
/// @param atRisk who will not survive their own peak, the likeliest first
public record Rightsizing(List<Smaller> smaller, List<AtRisk> atRisk) {

  /// A job that needs less than it holds.
  ///
  /// @param holds what each rank has
  /// @param suffices what would do
  /// @param needs of one rank
  /// @param frees bytes that would come free, of all ranks
  /// @param gpus how many GPUs would: a part of one where a slice of it suffices
  public record Smaller(
      String job,
      int ranks,
      String holds,
      String suffices,
      MemorySize needs,
      MemorySize frees,
      double gpus) {}

  /// A job that needs more than there is.
  ///
  /// @param has what one process can have there
  /// @param outOfMemory the probability of it
  public record AtRisk(
      String job, int ranks, String on, MemorySize has, MemorySize needs, double outOfMemory) {}

  public Rightsizing {
    smaller = List.copyOf(smaller);
    atRisk = List.copyOf(atRisk);
  }

  public static Rightsizing of(LiveFleet fleet) {
    List<CudaDevice> kinds = fleet.kinds().stream().map(CudaDevice::whole).toList();
    var smaller = new ArrayList<Smaller>();
    var atRisk = new ArrayList<AtRisk>();
    for (Tenant tenant : fleet.tenants()) {
      long needs = tenant.needs(fleet.spread(), CudaDevice.whole(tenant.kind()));
      if (needs > tenant.kind().usable().bytes()) {
        atRisk.add(atRisk(tenant, needs));
      } else if (tenant.alone()) {
        smaller(fleet, kinds, tenant).ifPresent(smaller::add);
      }
    }
    smaller.sort(Comparator.comparing(Smaller::frees).reversed().thenComparing(Smaller::job));
    atRisk.sort(
        Comparator.comparingDouble(AtRisk::outOfMemory).reversed().thenComparing(AtRisk::job));
    return new Rightsizing(smaller, atRisk);
  }

  private static Optional<Smaller> smaller(LiveFleet fleet, List<CudaDevice> kinds, Tenant tenant) {
    GpuModel held = tenant.kind();
    return Stream.concat(kinds.stream(), slices(fleet, tenant))
        .filter(device -> device.usable().compareTo(held.usable()) < 0)
        .filter(device -> tenant.needs(fleet.spread(), device) <= device.usable().bytes())
        .min(Comparator.comparing(CudaDevice::usable).thenComparing(CudaDevice::name))
        .map(
            device ->
                new Smaller(
                    tenant.job(),
                    tenant.ranks(),
                    held.name(),
                    device.name(),
                    new MemorySize(tenant.needs(fleet.spread(), device)),
                    held.usable().minusOrZero(device.usable()).times(tenant.ranks()),
                    gpus(fleet, device, tenant)));
  }

  private static Stream<CudaDevice> slices(LiveFleet fleet, Tenant tenant) {
    return tenant.ranks() > 1
        ? Stream.of()
        : fleet.catalogue().model(tenant.kind().name()).stream()
            .flatMap(
                model ->
                    model.geometry().stream()
                        .flatMap(mig -> mig.profiles().stream())
                        .map(profile -> new CudaDevice(model, profile)));
  }

  private static double gpus(LiveFleet fleet, CudaDevice device, Tenant tenant) {
    var profile = device.profile();
    return profile == null
        ? tenant.ranks()
        : fleet
            .catalogue()
            .model(device.model().name())
            .flatMap(GpuModel::geometry)
            .map(mig -> 1 - (double) profile.memorySlices() / mig.memorySlices())
            .orElse(0.0);
  }

  private static AtRisk atRisk(Tenant tenant, long needs) {
    MemorySize has = tenant.kind().usable();
    return new AtRisk(
        tenant.job(),
        tenant.ranks(),
        tenant.kind().name(),
        has,
        new MemorySize(needs),
        tenant
            .fit()
            .spread()
            .exceeding(new MemorySize(Math.max(0, has.bytes() - tenant.beyond()))));
  }
}
