package dev.headroom.agent.probe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of one GPU or MIG slice at one instant; null is unknown.
///
/// @param gpu its UUID
/// @param totalBytes null where the driver does not say, as of a GPU that has no memory of its own
/// @param usedBytes without what the driver reserves, where the driver tells them apart; null where
///     the total is
/// @param processes who uses it, or null where that could not be read: an empty list says nobody
public record DeviceReading(
    String gpu,
    @Nullable Integer index,
    @Nullable String model,
    @Nullable String driver,
    @Nullable String migProfile,
    @Nullable Long totalBytes,
    @Nullable Long usedBytes,
    @Nullable Long freeBytes,
    @Nullable Long driverReservedBytes,
    @Nullable List<ProcessReading> processes) {
  public DeviceReading {
    if (gpu.isBlank()) {
      throw new IllegalArgumentException("gpu is blank");
    }
    if ((totalBytes == null) != (usedBytes == null)) {
      throw new IllegalArgumentException("one of total_bytes and used_bytes is unknown");
    }
    if (totalBytes != null && totalBytes < 0) {
      throw new IllegalArgumentException("total_bytes < 0: " + totalBytes);
    }
    if (usedBytes != null && usedBytes < 0) {
      throw new IllegalArgumentException("used_bytes < 0: " + usedBytes);
    }
    processes = processes == null ? null : List.copyOf(processes);
  }
}
