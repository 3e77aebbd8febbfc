package dev.headroom.ledger;

import dev.headroom.budget.MemorySize;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One GPU or MIG slice as its agent sees it; what is null is unknown, never zero.
///
/// @param gpu its UUID
/// @param index its number on the host
/// @param model such as `NVIDIA A100-SXM4-40GB`
/// @param migProfile such as `1g.5gb`, of a slice
/// @param driverReserved what the driver keeps for itself
public record DeviceSample(
    String gpu,
    String host,
    Instant time,
    MemorySize total,
    MemorySize used,
    @Nullable Integer index,
    @Nullable String model,
    @Nullable String driver,
    @Nullable String migProfile,
    @Nullable MemorySize driverReserved,
    @Nullable MemorySize free,
    List<GpuProcess> processes) {

  /// The most processes of one GPU that a sample may list.
  public static final int MAX_PROCESSES = 1024;

  public DeviceSample {
    Labels.requireGpu(gpu);
    Labels.requireHost(host);
    Bounds.requireTime(time);
    Bounds.requireSize("total_bytes", total);
    Bounds.requireSize("used_bytes", used);
    Bounds.requireIndex(index);
    Labels.requireText("model", model);
    Labels.requireText("driver", driver);
    Labels.requireText("mig_profile", migProfile);
    Bounds.requireSize("driver_reserved_bytes", driverReserved);
    Bounds.requireSize("free_bytes", free);
    processes = List.copyOf(processes);
    if (processes.size() > MAX_PROCESSES) {
      throw new IllegalArgumentException(
          "processes > %d: %d".formatted(MAX_PROCESSES, processes.size()));
    }
  }
}
