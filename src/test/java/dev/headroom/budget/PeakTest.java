package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.MemorySize;
import org.junit.jupiter.api.Test;

class PeakTest {

  @Test
  void reservedDeviceAndP95RiseInThatOrder() {
    assertThat(peak(30, 30, 30).reserved()).isEqualTo(size(30));
    assertThatThrownBy(() -> peak(30, 29, 40))
        .hasMessage("sizes are not in order: reserved 30, device 29, device p95 40");
    assertThatThrownBy(() -> peak(30, 35, 34)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyWhatTheDeviceHoldsBeyondTheAllocatorChanges() {
    assertThat(peak(30, 35, 40).with(new DeviceOverhead.Beyond(size(7), size(9))))
        .isEqualTo(peak(30, 37, 39));
  }

  @Test
  void whatKernelsMakeForThemselvesIsExpectedAndNoPartOfTheSizes() {
    Peak peak = peak(30, 35, 40, 5);
    assertThat(peak.allocated()).isEqualTo(size(20));
    assertThat(peak.reserved()).isEqualTo(size(30));
    assertThat(peak.expectedAllocated()).isEqualTo(size(25));
    assertThat(peak.expectedReserved()).isEqualTo(size(35));
    assertThat(peak.with(new DeviceOverhead.Beyond(size(7), size(9))))
        .isEqualTo(peak(30, 42, 44, 5));
    assertThatThrownBy(() -> peak(30, 34, 40, 5))
        .hasMessage("sizes are not in order: reserved 35, device 34, device p95 40");
  }

  private static Peak peak(long reserved, long device, long p95) {
    return peak(reserved, device, p95, 0);
  }

  private static Peak peak(long reserved, long device, long p95, long temporaries) {
    return new Peak(
        size(10),
        size(20),
        size(reserved),
        size(device),
        size(p95),
        IterationPhase.BACKWARD,
        "conv1",
        3,
        size(4),
        new KernelTemporaries(size(temporaries), size(temporaries)));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}
