package dev.headroom.wire.memorysample;

import dev.headroom.sample.MemorySample;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Caches the subject of a sample by the bytes before its time: all samples of one rank begin with
/// the same bytes. A hash table of fixed size with two slots for each pair; a new head replaces the
/// older of its pair. A head is kept when it comes the second time, so that a flood of names evicts
/// nothing. Of one thread.
final class SubjectCache {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// `"time":` as the low seven bytes of a number.
  private static final long TIME = 0x3A22656D697422L;

  private static final long SEVEN_BYTES = -1L >>> Byte.SIZE;
  private static final long MIX = 0x9E3779B97F4A7C15L;
  private static final int MAX_HEAD = 1024;
  private static final int BITS = 17;

  private static final VarHandle PLACES =
      MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.LITTLE_ENDIAN);

  /// How many bytes behind a head say where in it the job's name stands.
  private static final int JOB = 2 * Character.BYTES;

  /// Two arrays and no array of pairs: head and subject are loaded from memory independently.
  /// Behind each head are the places in it where the job's name begins and ends.
  private final byte[] @Nullable [] heads = new byte[1 << BITS] @Nullable [];

  private final MemorySample.@Nullable Subject[] subjects = new MemorySample.Subject[1 << BITS];

  /// For each slot the hash of a head that was seen there once and is not cached yet. The lowest
  /// bit is cleared when another head came in between.
  private final int[] seenOnce = new int[1 << BITS];

  /// The length of the last head: the next one's, most likely.
  private int likely = 1;

  private int jobStart;
  private int jobEnd;

  /// Where the time of a sample begins, or [FastJson#NONE] if that is not near its start.
  int head(byte[] message) {
    int last = Math.min(message.length, MAX_HEAD) - Long.BYTES;
    if (likely <= last && isTime(message, likely)) {
      return likely;
    }
    for (int at = 1; at <= last; at++) {
      if (isTime(message, at)) {
        likely = at;
        return at;
      }
    }
    return FastJson.NONE;
  }

  private static boolean isTime(byte[] message, int at) {
    return ((long) LONGS.get(message, at) & SEVEN_BYTES) == TIME;
  }

  /// Where in the message that was found last the job's name begins.
  int jobStart() {
    return jobStart;
  }

  /// Where it ends.
  int jobEnd() {
    return jobEnd;
  }

  /// What was remembered of exactly these bytes.
  MemorySample.@Nullable Subject of(byte[] message, int length) {
    if (length < 0) {
      return null;
    }
    int pair = slot(hash(message, length)) & ~1;
    if (isAt(pair, message, length)) {
      return subjects[pair];
    }
    return isAt(pair | 1, message, length) ? subjects[pair | 1] : null;
  }

  /// @param start where in the message the job's name begins
  /// @param end where it ends
  void put(byte[] message, int length, int start, int end, MemorySample.Subject subject) {
    long hash = hash(message, length);
    int slot = slot(hash);
    int seen = (int) hash | 1;
    int last = seenOnce[slot];
    if ((last | 1) != seen) {
      // A head keeps its place for one other head, so that two that alternate both get cached.
      seenOnce[slot] = (last & 1) == 0 ? seen : last & ~1;
      return;
    }
    seenOnce[slot] = 0;
    int pair = slot & ~1;
    heads[pair | 1] = heads[pair];
    subjects[pair | 1] = subjects[pair];
    byte[] head = Arrays.copyOf(message, length + JOB);
    PLACES.set(head, length, (char) start);
    PLACES.set(head, length + Character.BYTES, (char) end);
    heads[pair] = head;
    subjects[pair] = subject;
  }

  private boolean isAt(int place, byte[] message, int length) {
    byte[] head = heads[place];
    if (head == null || !Arrays.equals(head, 0, head.length - JOB, message, 0, length)) {
      return false;
    }
    jobStart = (char) PLACES.get(head, length);
    jobEnd = (char) PLACES.get(head, length + Character.BYTES);
    return true;
  }

  private static int slot(long hash) {
    return (int) (hash >>> (Long.SIZE - BITS));
  }

  private static long hash(byte[] message, int length) {
    long hash = length;
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(message, at)) * MIX;
      hash ^= hash >>> 29;
    }
    for (; at < length; at++) {
      hash = (hash ^ message[at]) * MIX;
    }
    return (hash ^ (hash >>> 32)) * MIX;
  }
}
