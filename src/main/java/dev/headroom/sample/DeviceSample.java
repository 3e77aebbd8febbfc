package dev.headroom.sample;

import dev.headroom.memory.MemorySize;
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
    NameRules.requireGpu(gpu);
    NameRules.requireHost(host);
    ValueRanges.requireTime(time);
    ValueRanges.requireSize("total_bytes", total);
    ValueRanges.requireSize("used_bytes", used);
    ValueRanges.requireIndex(index);
    NameRules.requireText("model", model);
    NameRules.requireText("driver", driver);
    NameRules.requireText("mig_profile", migProfile);
    ValueRanges.requireSize("driver_reserved_bytes", driverReserved);
    ValueRanges.requireSize("free_bytes", free);
    processes = List.copyOf(processes);
    if (processes.size() > MAX_PROCESSES) {
      throw new IllegalArgumentException(
          "processes > %d: %d".formatted(MAX_PROCESSES, processes.size()));
    }
  }
}
