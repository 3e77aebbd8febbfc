package dev.headroom.agent.probe;

import org.jspecify.annotations.Nullable;

/// A process on a device.
///
/// @param usedBytes what it holds there, or null where the driver does not say
public record ProcessReading(long pid, @Nullable Long usedBytes) {
  public ProcessReading {
    if (pid < 0) {
      throw new IllegalArgumentException("pid < 0: " + pid);
    }
    if (usedBytes != null && usedBytes < 0) {
      throw new IllegalArgumentException("used_bytes < 0: " + usedBytes);
    }
  }
}
