package dev.headroom.sample;

import dev.headroom.memory.MemorySize;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The ranges of numbers in samples: wider than any machine, and narrow enough that no sum
/// overflows.
final class ValueRanges {

  /// One pebibyte.
  private static final long MAX_BYTES = 1L << 50;

  private static final int MAX_RANK = 1_000_000;
  private static final long MAX_PID = 1L << 32;
  private static final long MAX_STEP = 1L << 53;
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private ValueRanges() {}

  static void requireSize(String field, @Nullable MemorySize size) {
    if (size != null && size.bytes() > MAX_BYTES) {
      throw new IllegalArgumentException(field + " > 2^50: " + size.bytes());
    }
  }

  static void requireRank(@Nullable Integer rank) {
    if (rank != null) {
      require("rank", rank, 0, MAX_RANK);
    }
  }

  static void requirePid(@Nullable Long pid) {
    if (pid != null) {
      require("pid", pid, 1, MAX_PID);
    }
  }

  static void requireStep(@Nullable Long step) {
    if (step != null) {
      require("step", step, 0, MAX_STEP);
    }
  }

  static void requireIndex(@Nullable Integer index) {
    if (index != null) {
      require("index", index, 0, MAX_RANK);
    }
  }

  static void requireTime(Instant time) {
    if (time.isBefore(EARLIEST) || !time.isBefore(LATEST)) {
      throw new IllegalArgumentException("time is not in 2000 to 2199: " + time);
    }
  }

  private static void require(String field, long value, long least, long most) {
    if (value < least) {
      throw new IllegalArgumentException("%s < %d: %d".formatted(field, least, value));
    }
    if (value > most) {
      throw new IllegalArgumentException("%s > %d: %d".formatted(field, most, value));
    }
  }
}
