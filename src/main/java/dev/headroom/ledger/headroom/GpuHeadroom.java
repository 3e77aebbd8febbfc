package dev.headroom.ledger.headroom;

import dev.headroom.budget.Budget;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The memory of one GPU by job, and its headroom once every job has reached its peak.
///
/// ```
/// used     = Σ ranks measured now + unattributed
/// total    = used + driver's reserve + free
/// headroom = total − driver's reserve − Σ ranks expected − unattributed
/// expected = Σ processes max(predicted peak, measured peak, measured now)
/// ```
///
/// A GPU of 80 GiB with one rank that is predicted to peak at 30 GiB and holds 20 GiB now, 21 GiB
/// used in all: 1 GiB is unattributed, and the headroom is 80 − 30 − 1 = 49 GiB.
///
/// Where the driver does not tell the memory of processes apart, what is used belongs to a known
/// job's process if that is the only one on the GPU. Else nobody can say whose it is, and the
/// headroom is a range: from all of it being nobody's to all of it being the jobs'.
///
/// @param shares one a rank on it
/// @param unattributed what is used and no job's process is known to explain
/// @param headroom the least that is left; negative where the jobs' peaks do not fit together
/// @param atMost the most that is left; the same where every process's memory is known
public record GpuHeadroom(
    GpuState gpu, List<Share> shares, MemorySize unattributed, long headroom, long atMost) {

  /// What one rank takes of a GPU.
  ///
  /// @param measured what it holds now; empty if unknown
  /// @param expected what it is expected to hold at its peak
  /// @param isCharged whether the driver told what each of its processes holds
  public record Share(
      JobState job, Optional<MemorySize> measured, MemorySize expected, boolean isCharged) {

    long held() {
      return measured.map(MemorySize::bytes).orElse(0L);
    }

    private Share holding(long bytes) {
      MemorySize held = new MemorySize(bytes);
      return new Share(job, Optional.of(held), max(expected, held), true);
    }
  }

  public GpuHeadroom {
    shares = List.copyOf(shares);
  }

  /// Whether what is on it is known to the byte; else what is left is a range.
  public boolean isKnown() {
    return headroom == atMost;
  }

  /// Whether the jobs on it certainly do not fit together once each has reached its peak.
  public boolean isOverCommitted() {
    return atMost < 0;
  }

  /// What the jobs are expected to hold at their peaks, and what is nobody's; bytes.
  public long committed() {
    return gpu.sample().total().bytes() - reserve(gpu.sample()) - headroom;
  }

  /// What every GPU holds and has left, by UUID, with what each job on it takes.
  public static Map<String, GpuHeadroom> of(Snapshot snapshot) {
    Map<String, GpuHeadroom> all = HashMap.newHashMap(snapshot.gpus().size());
    forEach(snapshot, gpu -> all.put(gpu.gpu().sample().gpu(), gpu));
    return all;
  }

  /// Tells what every GPU holds and has left, in the order of the snapshot's GPUs.
  public static void forEach(Snapshot snapshot, Consumer<GpuHeadroom> action) {
    Map<String, List<Occupant>> occupants = occupants(snapshot);
    snapshot
        .gpus()
        .forEach(
            gpu -> {
              DeviceSample device = gpu.sample();
              var shares = new ArrayList<Share>(2);
              for (Occupant each : occupants.getOrDefault(device.gpu(), List.of())) {
                shares.add(share(each.job(), each.place(), device));
              }
              action.accept(of(gpu, withListed(device, shares, snapshot)));
            });
  }

  /// A rank on a GPU.
  private record Occupant(JobState job, Place place) {}

  /// The ranks that go on, by GPU.
  private static Map<String, List<Occupant>> occupants(Snapshot snapshot) {
    Map<String, List<Occupant>> occupants = HashMap.newHashMap(snapshot.gpus().size());
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (job.endedAt() != null) {
                return;
              }
              for (Place place : JobPlaces.of(job).places()) {
                if (!place.main().hasEnded() && place.isOccupied()) {
                  occupants
                      .computeIfAbsent(place.gpu(), _ -> new ArrayList<>(1))
                      .add(new Occupant(job, place));
                }
              }
            });
    return occupants;
  }

  private static Share share(JobState job, Place place, DeviceSample device) {
    MemorySize predicted = place.isHome() ? predicted(job) : MemorySize.ZERO;
    MemorySize held = null;
    MemorySize expected = MemorySize.ZERO;
    boolean isCharged = true;
    for (Placement process : place.processes()) {
      MemorySize charged = charged(job, process, device);
      MemorySize now = charged == null ? process.held() : charged;
      isCharged &= charged != null;
      MemorySize most = max(now == null ? MemorySize.ZERO : now, process.peaks().process());
      // The prediction is of the rank's own process, not of those that it started.
      expected = expected.plus(process.equals(place.main()) ? max(most, predicted) : most);
      held = now == null ? held : held == null ? now : held.plus(now);
    }
    return new Share(job, Optional.ofNullable(held), expected, isCharged);
  }

  /// The predicted peak of a rank; of a job that takes all of a device anyway what it holds counts.
  private static MemorySize predicted(JobState job) {
    return job.preallocates()
        ? MemorySize.ZERO
        : job.budget().map(Budget::peak).map(peak -> peak.device()).orElse(MemorySize.ZERO);
  }

  /// What the driver charges to a process, by its own sample or by the device's.
  private static @Nullable MemorySize charged(
      JobState job, Placement process, DeviceSample device) {
    if (process.latest().processUsed() != null || process.pid() == null) {
      return process.latest().processUsed();
    }
    for (GpuProcess listed : device.processes()) {
      if (process.isListedAs(listed, job.job(), device.host())) {
        return listed.used();
      }
    }
    return null;
  }

  /// With the jobs that the device's own list names and no sample of theirs does.
  private static List<Share> withListed(
      DeviceSample device, List<Share> shares, Snapshot snapshot) {
    var listed = new ArrayList<Share>(0);
    for (GpuProcess process : device.processes()) {
      String name = process.job();
      if (name == null || isIn(shares, name)) {
        continue;
      }
      JobState job = snapshot.jobs().get(name);
      if (job == null || job.endedAt() != null) {
        continue;
      }
      MemorySize used = process.used();
      if (used != null && used.bytes() == 0 && !job.placements().isEmpty()) {
        // It is elsewhere; here is only a context that the driver charges nothing for.
        continue;
      }
      MemorySize predicted =
          job.placements().isEmpty() && !isIn(listed, name) ? predicted(job) : MemorySize.ZERO;
      listed.add(new Share(job, Optional.ofNullable(used), max(predicted, used), used != null));
    }
    if (listed.isEmpty()) {
      return shares;
    }
    listed.addAll(0, shares);
    return listed;
  }

  private static boolean isIn(List<Share> shares, String job) {
    boolean isIn = false;
    for (int i = 0; !isIn && i < shares.size(); i++) {
      isIn = shares.get(i).job().job().equals(job);
    }
    return isIn;
  }

  private static GpuHeadroom of(GpuState gpu, List<Share> known) {
    DeviceSample device = gpu.sample();
    List<Share> shares = known;
    long held = 0;
    for (Share share : shares) {
      held += share.held();
    }
    long rest = Math.max(0, device.used().bytes() - held);
    if (rest > 0 && shares.size() == 1 && !shares.getFirst().isCharged()) {
      if (isOnlyProcess(device, shares.getFirst().job())) {
        shares = List.of(shares.getFirst().holding(held + rest));
        rest = 0;
      }
    }
    long expected = 0;
    long slack = 0;
    boolean isKnown = true;
    for (Share share : shares) {
      expected = Math.addExact(expected, share.expected().bytes());
      slack += share.isCharged() ? 0 : share.expected().bytes() - share.held();
      isKnown &= share.isCharged();
    }
    long most = device.total().bytes() - reserve(device) - expected;
    return new GpuHeadroom(
        gpu,
        shares,
        new MemorySize(rest),
        most - rest,
        isKnown ? most - rest : most - Math.max(0, rest - slack));
  }

  private static boolean isOnlyProcess(DeviceSample device, JobState job) {
    return device.processes().size() == 1 && job.job().equals(device.processes().getFirst().job());
  }

  private static long reserve(DeviceSample device) {
    MemorySize reserve = device.driverReserved();
    return reserve == null ? 0 : reserve.bytes();
  }

  private static MemorySize max(MemorySize one, @Nullable MemorySize other) {
    return other != null && other.compareTo(one) > 0 ? other : one;
  }
}
