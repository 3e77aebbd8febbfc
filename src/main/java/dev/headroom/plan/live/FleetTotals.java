package dev.headroom.plan.live;

import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.plan.live.LiveFleet.Tenant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What GPUs of one model have together.
///
/// @param model as NVML names it; empty where nobody told
/// @param capacity what processes can have, bytes
/// @param committed what the jobs on them need at the 95th percentile; what is measured of jobs
///     without a budget
/// @param measured what is in use, by whomever
/// @param reclaimable what would come free if each job had the smallest GPU that it fits
/// @param stranded what is left on GPUs that jobs are on, once they have reached their 95th
///     percentile: new jobs take whole GPUs, so nobody can have it
/// @param idle GPUs without a job
/// @param used GPUs whose jobs fit together
/// @param overcommitted GPUs whose jobs do not
public record FleetTotals(
    String model,
    long capacity,
    long committed,
    long measured,
    long reclaimable,
    long stranded,
    int idle,
    int used,
    int overcommitted) {

  /// Agents may call their GPUs anything.
  private static final int MAX_MODELS = 100;

  private static final String OTHERS = "others";

  /// The totals by model.
  ///
  /// @param gpus which of them count
  /// @param jobs by name, whose reclaimable memory counts
  public static List<FleetTotals> of(
      LiveFleet fleet, Predicate<GpuState> gpus, Predicate<String> jobs) {
    Map<String, Long> needs = new HashMap<>();
    fleet.tenants().forEach(tenant -> needs.put(tenant.job(), needs(tenant)));
    var totals = new TreeMap<String, FleetTotals>();
    Map<String, String> names = new HashMap<>();
    fleet
        .gpuHeadrooms()
        .forEach(
            (uuid, gpuHeadroom) -> {
              GpuModel kind = fleet.kind(uuid);
              if (kind != null) {
                String name = bounded(gpuHeadroom.gpu().sample().model(), totals);
                names.putIfAbsent(kind.name(), name);
                if (gpus.test(gpuHeadroom.gpu())) {
                  totals.merge(name, gpu(name, kind, gpuHeadroom, needs), FleetTotals::plus);
                }
              }
            });
    for (Rightsizing.Smaller job : Rightsizing.of(fleet).smaller()) {
      if (jobs.test(job.job())) {
        String name = names.getOrDefault(job.holds(), OTHERS);
        totals.merge(
            name,
            new FleetTotals(name, 0, 0, 0, job.frees().bytes(), 0, 0, 0, 0),
            FleetTotals::plus);
      }
    }
    return List.copyOf(totals.values());
  }

  private static String bounded(@Nullable String model, Map<String, FleetTotals> known) {
    String name = model == null ? "" : model;
    return known.containsKey(name) || known.size() < MAX_MODELS ? name : OTHERS;
  }

  private static long needs(Tenant tenant) {
    return tenant.fit().spread().p95().bytes() + tenant.beyond();
  }

  private static FleetTotals gpu(
      String model, GpuModel kind, GpuHeadroom gpuHeadroom, Map<String, Long> needs) {
    long committed = 0;
    for (GpuHeadroom.Share share : gpuHeadroom.shares()) {
      committed += needs.getOrDefault(share.job().job(), share.expected().bytes());
    }
    boolean idle = gpuHeadroom.shares().isEmpty();
    boolean over = committed > kind.usable().bytes();
    return new FleetTotals(
        model,
        kind.usable().bytes(),
        committed,
        gpuHeadroom.gpu().sample().used().bytes(),
        0,
        idle ? 0 : Math.max(0, kind.usable().bytes() - committed),
        idle ? 1 : 0,
        !idle && !over ? 1 : 0,
        over ? 1 : 0);
  }

  private FleetTotals plus(FleetTotals other) {
    return new FleetTotals(
        model,
        Math.addExact(capacity, other.capacity),
        Math.addExact(committed, other.committed),
        Math.addExact(measured, other.measured),
        Math.addExact(reclaimable, other.reclaimable),
        Math.addExact(stranded, other.stranded),
        idle + other.idle,
        used + other.used,
        overcommitted + other.overcommitted);
  }
}
