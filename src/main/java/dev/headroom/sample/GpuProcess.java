package dev.headroom.sample;

import dev.headroom.memory.MemorySize;
import org.jspecify.annotations.Nullable;

/// One process on a GPU as its agent sees it; what is null is unknown.
///
/// @param used null where the driver does not say
/// @param job null where nobody knows whose it is
public record GpuProcess(
    long pid, @Nullable MemorySize used, @Nullable String job, @Nullable Integer rank) {

  public GpuProcess {
    ValueRanges.requirePid(pid);
    ValueRanges.requireSize("used_bytes", used);
    if (job != null) {
      NameRules.requireJob(job);
    }
    ValueRanges.requireRank(rank);
  }
}
