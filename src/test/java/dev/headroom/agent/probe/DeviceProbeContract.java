package dev.headroom.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.sample.SampleSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What every [DeviceProbe] keeps, whatever it reads.
public interface DeviceProbeContract {

  /// A probe of a machine that has at least one device.
  DeviceProbe probe();

  @Test
  default void readsDevicesWhoseFiguresFitTogether() {
    // Given
    try (DeviceProbe probe = probe()) {
      // When
      List<DeviceReading> devices = devices(probe.read());

      // Then
      assertThat(devices).isNotEmpty();
      assertThat(devices).extracting(DeviceReading::gpu).doesNotHaveDuplicates();
      for (DeviceReading device : devices) {
        long total = Objects.requireNonNullElse(device.totalBytes(), Long.MAX_VALUE);
        long used = Objects.requireNonNullElse(device.usedBytes(), 0L);
        assertThat(used).isBetween(0L, total);
        long free = device.freeBytes() == null ? 0 : device.freeBytes();
        long reserved = device.driverReservedBytes() == null ? 0 : device.driverReservedBytes();
        assertThat(used + free + reserved).isLessThanOrEqualTo(total);
        List<ProcessReading> processes =
            device.processes() == null ? List.of() : device.processes();
        assertThat(processes).extracting(ProcessReading::pid).doesNotHaveDuplicates();
        for (ProcessReading process : processes) {
          if (process.usedBytes() != null) {
            assertThat(process.usedBytes()).isLessThanOrEqualTo(total);
          }
        }
      }
    }
  }

  @Test
  default void namesTheSameDevicesEachTime() {
    // Given
    try (DeviceProbe probe = probe()) {
      // When
      List<DeviceReading> first = devices(probe.read());
      List<DeviceReading> second = devices(probe.read());

      // Then
      assertThat(second)
          .extracting(DeviceReading::gpu)
          .containsExactlyElementsOf(first.stream().map(DeviceReading::gpu).toList());
    }
  }

  @Test
  default void readsAgainAfterItWasClosed() {
    // Given
    DeviceProbe probe = probe();
    List<DeviceReading> before = devices(probe.read());

    // When
    probe.close();
    List<DeviceReading> after = devices(probe.read());
    probe.close();

    // Then
    assertThat(after).hasSameSizeAs(before);
  }

  @Test
  default void namesASourceOfTheContract() {
    try (DeviceProbe probe = probe()) {
      assertThat(Set.of(SampleSource.NVML, SampleSource.CUDA)).contains(probe.source());
    }
  }

  /// The devices of a reading that has some.
  static List<DeviceReading> devices(ProbeReading reading) {
    return switch (reading) {
      case ProbeReading.Devices(List<DeviceReading> devices, List<ReadFailure> _) -> devices;
      case ProbeReading.Unavailable unavailable -> throw new AssertionError(unavailable);
    };
  }
}
