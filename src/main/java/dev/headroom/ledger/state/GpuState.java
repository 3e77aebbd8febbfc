package dev.headroom.ledger.state;

import dev.headroom.sample.DeviceSample;
import java.time.Duration;
import java.time.Instant;

/// One GPU or MIG slice.
///
/// @param partition of the samples' topic whose owner speaks for the GPU
/// @param seenAt when it was last heard of, by the monitor's own clock
public record GpuState(DeviceSample sample, int partition, Instant seenAt) {

  /// Whether nothing was heard of it for longer than that: what it holds now is not known.
  public boolean isSilent(Instant now, Duration longer) {
    return seenAt.plus(longer).isBefore(now);
  }
}
