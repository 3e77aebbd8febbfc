package dev.headroom.ledger.headroom;

import dev.headroom.budget.Budget;
import dev.headroom.ledger.Snapshot;
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
import org.jspecify.annotations.Nullable;

/// The memory of one GPU by job, and its headroom once every job has reached its peak.
///
/// ```
/// headroom = total − Σ ranks max(predicted peak, measured peak) − unattributed
/// unattributed = max(0, used − Σ ranks measured now)
/// ```
///
/// A GPU of 80 GiB with one rank that is predicted to peak at 30 GiB and holds 20 GiB now, 21 GiB
/// used in all: 1 GiB is unattributed, and the headroom is 80 − 30 − 1 = 49 GiB.
///
/// @param shares one a rank on it
/// @param unattributed what is used and no job's process explains
/// @param headroom total, minus for each rank the larger of predicted and measured, minus
///     unattributed; negative where the jobs' peaks do not fit together
public record GpuHeadroom(
    GpuState gpu, List<Share> shares, MemorySize unattributed, long headroom) {

  /// What one rank takes of a GPU.
  ///
  /// @param measured what it holds now; empty if unknown
  /// @param expected the larger of the predicted and the measured peak
  public record Share(JobState job, Optional<MemorySize> measured, MemorySize expected) {}

  public GpuHeadroom {
    shares = List.copyOf(shares);
  }

  /// What every GPU holds and has left, by UUID, with what each job on it takes.
  public static Map<String, GpuHeadroom> of(Snapshot snapshot) {
    var shares = new HashMap<String, List<Share>>(snapshot.gpus().size() * 2);
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (job.endedAt() == null) {
                share(job, snapshot, shares);
              }
            });
    var all = new HashMap<String, GpuHeadroom>(snapshot.gpus().size() * 2);
    snapshot
        .gpus()
        .forEach(
            gpu -> {
              String name = gpu.sample().gpu();
              all.put(name, of(gpu, shares.getOrDefault(name, List.of())));
            });
    return all;
  }

  private static void share(JobState job, Snapshot snapshot, Map<String, List<Share>> shares) {
    MemorySize predicted =
        job.budget().map(Budget::peak).map(peak -> peak.device()).orElse(MemorySize.ZERO);
    for (Placement placement : job.placements()) {
      if (placement.hasEnded()) {
        continue;
      }
      GpuState gpu = snapshot.gpus().get(placement.gpu());
      if (gpu == null) {
        continue;
      }
      MemorySize held = held(placement, gpu.sample());
      MemorySize expected = max(max(predicted, held), placement.peaks().process());
      shares
          .computeIfAbsent(placement.gpu(), _ -> new ArrayList<>(2))
          .add(new Share(job, Optional.ofNullable(held), expected));
    }
  }

  /// What the driver charges to the rank's process, by its own sample or by the device's.
  private static @Nullable MemorySize held(Placement placement, DeviceSample device) {
    if (placement.latest().processUsed() != null || placement.pid() == null) {
      return placement.held();
    }
    for (GpuProcess process : device.processes()) {
      if (process.pid() == placement.pid() && process.used() != null) {
        return process.used();
      }
    }
    return placement.held();
  }

  private static GpuHeadroom of(GpuState gpu, List<Share> shares) {
    long measured = 0;
    long expected = 0;
    for (Share share : shares) {
      measured = Math.addExact(measured, share.measured().map(MemorySize::bytes).orElse(0L));
      expected = Math.addExact(expected, share.expected().bytes());
    }
    long unattributed = Math.max(0, gpu.sample().used().bytes() - measured);
    long headroom = gpu.sample().total().bytes() - expected - unattributed;
    return new GpuHeadroom(gpu, shares, new MemorySize(unattributed), headroom);
  }

  private static MemorySize max(MemorySize one, @Nullable MemorySize other) {
    return other != null && other.compareTo(one) > 0 ? other : one;
  }
}
