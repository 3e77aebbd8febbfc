package dev.headroom.plan.live;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.sample.DeviceSample;
import java.util.List;

/// How much room a GPU or slice of the live fleet has.
///
/// ```
/// free now     = total − used − what the driver keeps, or what the driver says is free
/// free at peak = usable − Σ ranks max(predicted peak, measured peak) − unattributed
/// ```
///
/// Neither is below zero or more than a process can have.
///
/// @param kind what it is
/// @param expected what the ranks on it hold at their peaks, together
/// @param freeNow what new processes can have at this moment
/// @param freeAtPeak what they can have once the jobs on it have reached their peaks
/// @param idle whether nobody is on it: only then a job can have it for itself
public record GpuRoom(
    GpuHeadroom gpuHeadroom,
    GpuModel kind,
    MemorySize expected,
    MemorySize freeNow,
    MemorySize freeAtPeak,
    boolean idle) {

  /// The room on each GPU that the ledger knows, in no order.
  public static List<GpuRoom> of(Snapshot snapshot, GpuCatalogue catalogue) {
    var kinds = new LiveKinds(catalogue);
    return GpuHeadroom.of(snapshot).values().stream().map(gpu -> of(gpu, kinds)).toList();
  }

  private static GpuRoom of(GpuHeadroom gpuHeadroom, LiveKinds kinds) {
    LiveGpu live = LiveGpu.of(gpuHeadroom);
    GpuModel kind = kinds.of(live);
    FleetGpu atPeak = live.as(kind);
    long expected = 0;
    for (GpuHeadroom.Share share : gpuHeadroom.shares()) {
      expected = Math.addExact(expected, share.expected().bytes());
    }
    return new GpuRoom(
        gpuHeadroom,
        kind,
        new MemorySize(expected),
        freeNow(gpuHeadroom.gpu().sample(), kind.usable()),
        atPeak.free(),
        atPeak.idle());
  }

  private static MemorySize freeNow(DeviceSample sample, MemorySize usable) {
    MemorySize free = sample.free();
    if (free == null) {
      MemorySize kept = sample.driverReserved();
      MemorySize reserve = kept != null ? kept : sample.total().minusOrZero(usable);
      free = sample.total().minusOrZero(sample.used()).minusOrZero(reserve);
    }
    return free.compareTo(usable) < 0 ? free : usable;
  }
}
