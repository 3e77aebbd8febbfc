package dev.headroom.budget.device;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;

/// The memory of a device beyond the allocator's segments: CUDA context, libraries, workspaces.
///
/// Calibration puts what history teaches in the place of the prior.
public interface DeviceOverhead {

  /// The rest for a job: context, libraries, workspaces.
  Beyond beyond(LayerConfig config, MemorySize reserved);

  /// A spread of memory that the allocator does not hold.
  ///
  /// @param median what half the jobs stay below
  /// @param p95 what nineteen of twenty jobs stay below
  record Beyond(MemorySize median, MemorySize p95) {

    public Beyond {
      if (p95.compareTo(median) < 0) {
        throw new IllegalArgumentException("p95 < median: " + p95.bytes());
      }
    }
  }
}
