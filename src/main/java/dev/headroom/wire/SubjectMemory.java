package dev.headroom.wire;

import dev.headroom.ledger.MemorySample;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Remembers what was read from the head of a sample, all that stands before its time: one rank's
/// samples begin with the same bytes for as long as it lives. A table of fixed size in which a
/// newcomer takes the place of whoever was there longest. Of one thread.
final class SubjectMemory {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// `"time":` as the low seven bytes of a number.
  private static final long TIME = 0x3A22656D697422L;

  private static final long SEVEN_BYTES = -1L >>> Byte.SIZE;
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final int LONGEST = 1024;
  private static final int BITS = 17;

  private static final class Entry {

    private final byte[] head;
    private final MemorySample.Subject subject;

    Entry(byte[] head, MemorySample.Subject subject) {
      this.head = head;
      this.subject = subject;
    }

    boolean isOf(byte[] message, int length) {
      return Arrays.equals(head, 0, head.length, message, 0, length);
    }
  }

  private final @Nullable Entry[] entries = new Entry[1 << BITS];

  /// Where the time of a sample begins, or [PlainJson#NONE] if that is not near its start.
  static int head(byte[] message) {
    int last = Math.min(message.length, LONGEST) - Long.BYTES;
    for (int at = 1; at <= last; at++) {
      if (((long) LONGS.get(message, at) & SEVEN_BYTES) == TIME) {
        return at;
      }
    }
    return PlainJson.NONE;
  }

  /// What was remembered of exactly these bytes.
  MemorySample.@Nullable Subject of(byte[] message, int length) {
    if (length < 0) {
      return null;
    }
    int slot = slot(message, length);
    Entry entry = entries[slot];
    if (entry != null && entry.isOf(message, length)) {
      return entry.subject;
    }
    Entry other = entries[slot ^ 1];
    return other != null && other.isOf(message, length) ? other.subject : null;
  }

  void put(byte[] message, int length, MemorySample.Subject subject) {
    int slot = slot(message, length);
    entries[slot ^ 1] = entries[slot];
    entries[slot] = new Entry(Arrays.copyOf(message, length), subject);
  }

  private static int slot(byte[] message, int length) {
    long hash = length;
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(message, at)) * MIX;
      hash ^= hash >>> 29;
    }
    for (; at < length; at++) {
      hash = (hash ^ message[at]) * MIX;
    }
    return (int) (hash >>> (Long.SIZE - BITS));
  }
}
