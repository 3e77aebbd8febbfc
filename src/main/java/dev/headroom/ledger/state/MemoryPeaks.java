package dev.headroom.ledger.state;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import org.jspecify.annotations.Nullable;

/// The largest sizes seen on one rank since the run began; null where never measured.
public record MemoryPeaks(
    @Nullable MemorySize allocated, @Nullable MemorySize reserved, @Nullable MemorySize process) {

  public static final MemoryPeaks NONE = new MemoryPeaks(null, null, null);

  /// Whether one of a sample's sizes is larger.
  public boolean areExceededBy(MemorySample.Sizes sizes) {
    return rises(allocated, sizes.allocated())
        || rises(reserved, sizes.reserved())
        || rises(process, sizes.processUsed());
  }

  public MemoryPeaks with(MemorySample.Sizes sizes) {
    return areExceededBy(sizes)
        ? with(new MemoryPeaks(sizes.allocated(), sizes.reserved(), sizes.processUsed()))
        : this;
  }

  MemoryPeaks with(MemoryPeaks other) {
    return new MemoryPeaks(
        larger(allocated, other.allocated),
        larger(reserved, other.reserved),
        larger(process, other.process));
  }

  private static @Nullable MemorySize larger(@Nullable MemorySize one, @Nullable MemorySize other) {
    return rises(one, other) ? other : one;
  }

  private static boolean rises(@Nullable MemorySize before, @Nullable MemorySize now) {
    return now != null && (before == null || now.bytes() > before.bytes());
  }
}
