package dev.headroom.memory;

import java.util.Locale;

/// A number of bytes, never negative, added and multiplied exactly.
public record MemorySize(long bytes) implements Comparable<MemorySize> {

  public static final MemorySize ZERO = new MemorySize(0);

  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  public MemorySize {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes < 0: " + bytes);
    }
  }

  public static MemorySize ofMebibytes(long mebibytes) {
    return new MemorySize(Math.multiplyExact(mebibytes, 1L << 20));
  }

  public MemorySize plus(MemorySize other) {
    return new MemorySize(Math.addExact(bytes, other.bytes));
  }

  /// The difference, or zero where `other` is larger.
  public MemorySize minusOrZero(MemorySize other) {
    return new MemorySize(Math.max(0, bytes - other.bytes));
  }

  public MemorySize times(long factor) {
    return new MemorySize(Math.multiplyExact(bytes, factor));
  }

  @Override
  public int compareTo(MemorySize other) {
    return Long.compare(bytes, other.bytes);
  }

  /// For people, in binary units, such as `1.50 GiB`.
  @Override
  public String toString() {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.2f %s", value, UNITS[unit]);
  }
}
