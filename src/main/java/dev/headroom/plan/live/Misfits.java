package dev.headroom.plan.live;

import dev.headroom.budget.Budget;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Jobs that fit on no GPU of the live fleet, even if they had it for themselves: running or only
/// registered.
public final class Misfits {

  private Misfits() {}

  /// A job of which one rank takes more than any GPU has.
  ///
  /// @param ranks that it has now; 0 where it is only registered
  /// @param closest the GPU that is closest to have enough
  /// @param has what one process can have there
  /// @param needs of a rank there at the 95th percentile, with what it was measured to need beyond
  ///     its budget
  public record Misfit(String job, int ranks, String closest, MemorySize has, MemorySize needs) {

    /// What is missing even there.
    public MemorySize missing() {
      return needs.minusOrZero(has);
    }
  }

  /// Those jobs, by how much they miss, most first; none where no GPU is known.
  public static List<Misfit> of(LiveFleet fleet) {
    List<GpuModel> kinds = fleet.kinds();
    var misfits = new ArrayList<Misfit>();
    fleet
        .jobs()
        .forEach(
            job -> {
              Registration registration = job.registration();
              if (job.endedAt() == null
                  && registration != null
                  && registration.prediction() instanceof Budget budget) {
                misfit(fleet, kinds, job, registration, budget).ifPresent(misfits::add);
              }
            });
    misfits.sort(Comparator.comparing(Misfit::missing).reversed().thenComparing(Misfit::job));
    return List.copyOf(misfits);
  }

  private static Optional<Misfit> misfit(
      LiveFleet fleet,
      List<GpuModel> kinds,
      JobState job,
      Registration registration,
      Budget budget) {
    long beyond = LiveFleet.beyond(job, budget);
    Optional<Misfit> least =
        kinds.stream()
            .map(
                kind ->
                    new Misfit(
                        job.job(),
                        (int)
                            JobPlaces.of(job).places().stream()
                                .filter(it -> it.isHome() && !it.main().hasEnded())
                                .count(),
                        CudaDevice.whole(kind).name(),
                        kind.usable(),
                        new MemorySize(
                            fleet.spread().of(registration.config(), budget, kind).p95().bytes()
                                + beyond)))
            .min(Comparator.comparingLong(it -> it.needs().bytes() - it.has().bytes()));
    return least.filter(it -> it.needs().compareTo(it.has()) > 0);
  }
}
