package dev.headroom.ledger;

import dev.headroom.budget.MemorySize;
import org.jspecify.annotations.Nullable;

/// The largest sizes seen on one rank since the run began; null where never measured.
public record Peaks(
    @Nullable MemorySize allocated, @Nullable MemorySize reserved, @Nullable MemorySize process) {

  static final Peaks NONE = new Peaks(null, null, null);

  Peaks with(MemorySample.Sizes sizes) {
    boolean rises =
        rises(allocated, sizes.allocated())
            || rises(reserved, sizes.reserved())
            || rises(process, sizes.processUsed());
    return rises ? with(new Peaks(sizes.allocated(), sizes.reserved(), sizes.processUsed())) : this;
  }

  Peaks with(Peaks other) {
    return new Peaks(
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
