package dev.headroom.agent.probe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of one GPU or MIG slice at one instant; null is unknown.
///
/// @param gpu its UUID
/// @param usedBytes without what the driver reserves, where the driver tells them apart
/// @param processes who uses it, or null where that could not be read: an empty list says nobody
public record DeviceReading(
    String gpu,
    @Nullable Integer index,
    @Nullable String model,
    @Nullable String driver,
    @Nullable String migProfile,
    long totalBytes,
    long usedBytes,
    @Nullable Long freeBytes,
    @Nullable Long driverReservedBytes,
    @Nullable List<ProcessReading> processes) {
  public DeviceReading {
    if (gpu.isBlank()) {
      throw new IllegalArgumentException("gpu is blank");
    }
    if (totalBytes < 0) {
      throw new IllegalArgumentException("total_bytes < 0: " + totalBytes);
    }
    if (usedBytes < 0) {
      throw new IllegalArgumentException("used_bytes < 0: " + usedBytes);
    }
    processes = processes == null ? null : List.copyOf(processes);
  }
}
