package dev.headroom.history;

import java.util.Arrays;

/// The maxima of the last spans of one length, in arrays that grow as they fill and then turn
/// round. Of one thread.
final class HistoryRing {

  /// Not measured.
  static final long UNKNOWN = -1;

  /// Allocated, reserved, process.
  static final int SIZES = 3;

  private static final int FIRST = 8;

  private final long spanMillis;
  private final int capacity;
  private long[] spans = new long[FIRST];
  private long[] sizes = new long[FIRST * SIZES];
  private byte[] phases = new byte[FIRST];
  private int count;
  private int next;

  /// @param capacity how many spans are kept
  HistoryRing(long spanMillis, int capacity) {
    this.spanMillis = spanMillis;
    this.capacity = capacity;
  }

  /// Takes in what was measured; time does not go back.
  ///
  /// @param measured three sizes in bytes, or [#UNKNOWN]
  void add(long millis, long[] measured, byte phase) {
    long span = Math.floorDiv(millis, spanMillis);
    int last = count == 0 ? -1 : Math.floorMod(next - 1, spans.length);
    if (last >= 0 && span <= spans[last]) {
      for (int i = 0; i < SIZES; i++) {
        int at = last * SIZES + i;
        sizes[at] = Math.max(sizes[at], measured[i]);
      }
      phases[last] = phase;
      return;
    }
    if (count == spans.length && count < capacity) {
      int length = Math.min(capacity, 2 * count);
      spans = Arrays.copyOf(spans, length);
      sizes = Arrays.copyOf(sizes, length * SIZES);
      phases = Arrays.copyOf(phases, length);
      next = count;
    }
    spans[next] = span;
    System.arraycopy(measured, 0, sizes, next * SIZES, SIZES);
    phases[next] = phase;
    next = (next + 1) % spans.length;
    count = Math.min(count + 1, spans.length);
  }

  /// How many spans there are.
  int count() {
    return count;
  }

  /// Whether it has forgotten anything.
  boolean isFull() {
    return count == capacity;
  }

  /// Where a span begins, milliseconds since 1970; 0 is the oldest.
  long millis(int index) {
    return spans[place(index)] * spanMillis;
  }

  /// Bytes, or [#UNKNOWN].
  long size(int index, int size) {
    return sizes[place(index) * SIZES + size];
  }

  byte phase(int index) {
    return phases[place(index)];
  }

  private int place(int index) {
    return count < spans.length ? index : (next + index) % spans.length;
  }
}
