package dev.headroom.ledger.headroom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A GPU, and what is truly on it.
final class TrueGpu {

  final String name;
  final long nobodys;
  private final long reserve;
  private final boolean saysReserve;
  private final long free;
  long held;
  long atPeak;
  int holders;
  boolean isTold = true;
  private final List<GpuProcess> processes = new ArrayList<>();

  TrueGpu(String name, Random random) {
    this.name = name;
    this.nobodys = random.nextInt(3) == 0 ? random.nextInt(500) : 0;
    this.saysReserve = random.nextBoolean();
    this.reserve = saysReserve ? random.nextInt(400) : 0;
    this.free = random.nextInt(20_000);
  }

  /// A process that its agent lists.
  ///
  /// @param used null where the driver does not tell it
  void list(long pid, @Nullable Long used, @Nullable String job, @Nullable Integer rank) {
    processes.add(new GpuProcess(pid, used == null ? null : new MemorySize(used), job, rank));
  }

  private long used() {
    return held + nobodys;
  }

  private long total() {
    return used() + reserve + free;
  }

  DeviceSampled sample() {
    return new DeviceSampled(
        new DeviceSample(
            name,
            "node",
            TrueCluster.NOW,
            new MemorySize(total()),
            new MemorySize(used()),
            0,
            null,
            null,
            null,
            saysReserve ? new MemorySize(reserve) : null,
            null,
            processes));
  }

  /// Once every job has peaked.
  long left() {
    return total() - reserve - atPeak - nobodys;
  }

  void verify(GpuHeadroom is, String cluster) {
    long truth = left();
    long measured = is.shares().stream().mapToLong(GpuHeadroom.Share::held).sum();
    assertThat(measured + is.unattributed().bytes()).as(cluster).isEqualTo(used());
    assertThat(is.headroom()).as(cluster).isLessThanOrEqualTo(truth);
    assertThat(is.atMost()).as(cluster).isGreaterThanOrEqualTo(truth);
    if (isTold) {
      assertThat(is.headroom()).as(cluster).isEqualTo(truth);
      assertThat(is.atMost()).as(cluster).isEqualTo(truth);
      assertThat(is.unattributed()).as(cluster).isEqualTo(new MemorySize(nobodys));
      assertThat(is.shares()).as(cluster).hasSize(holders);
    }
  }
}
