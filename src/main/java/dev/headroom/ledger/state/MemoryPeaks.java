package dev.headroom.ledger.state;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import org.jspecify.annotations.Nullable;

/// The largest sizes seen on one rank since the run began; null where never measured.
///
/// They are kept as numbers: each sample is compared with them, and what it has to fetch from
/// memory for that decides what a sample costs.
public final class MemoryPeaks {

  public static final MemoryPeaks NONE = new MemoryPeaks(-1, -1, -1);

  /// Bytes; -1 where never measured.
  private final long allocated;

  private final long reserved;
  private final long process;

  public MemoryPeaks(
      @Nullable MemorySize allocated, @Nullable MemorySize reserved, @Nullable MemorySize process) {
    this(bytes(allocated), bytes(reserved), bytes(process));
  }

  private MemoryPeaks(long allocated, long reserved, long process) {
    this.allocated = allocated;
    this.reserved = reserved;
    this.process = process;
  }

  public @Nullable MemorySize allocated() {
    return size(allocated);
  }

  public @Nullable MemorySize reserved() {
    return size(reserved);
  }

  public @Nullable MemorySize process() {
    return size(process);
  }

  /// Whether one of a sample's sizes is larger.
  public boolean areExceededBy(MemorySample.Sizes sizes) {
    return bytes(sizes.allocated()) > allocated
        || bytes(sizes.reserved()) > reserved
        || bytes(sizes.processUsed()) > process;
  }

  public MemoryPeaks with(MemorySample.Sizes sizes) {
    return areExceededBy(sizes)
        ? with(new MemoryPeaks(sizes.allocated(), sizes.reserved(), sizes.processUsed()))
        : this;
  }

  MemoryPeaks with(MemoryPeaks other) {
    return new MemoryPeaks(
        Math.max(allocated, other.allocated),
        Math.max(reserved, other.reserved),
        Math.max(process, other.process));
  }

  private static long bytes(@Nullable MemorySize size) {
    return size == null ? -1 : size.bytes();
  }

  private static @Nullable MemorySize size(long bytes) {
    return bytes < 0 ? null : new MemorySize(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MemoryPeaks that
        && allocated == that.allocated
        && reserved == that.reserved
        && process == that.process;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Long.hashCode(allocated) + Long.hashCode(reserved)) + Long.hashCode(process);
  }

  @Override
  public String toString() {
    return "allocated %s, reserved %s, process %s".formatted(allocated(), reserved(), process());
  }
}
