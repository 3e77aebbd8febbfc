package dev.headroom.history;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  /// Counted since 1970, so that a span of two seconds has a number until 2106.
  private int[] spans = new int[FIRST];

  /// Null where a size was never measured: most jobs measure one of the three, or two.
  private final long[] @Nullable [] sizes = new long[SIZES] @Nullable [];

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
    int span = Math.toIntExact(Math.floorDiv(millis, spanMillis));
    int last = count == 0 ? -1 : Math.floorMod(next - 1, spans.length);
    if (last >= 0 && span <= spans[last]) {
      put(last, measured, phase, true);
      return;
    }
    if (count == spans.length && count < capacity) {
      grow(Math.min(capacity, 2 * count));
      next = count;
    }
    spans[next] = span;
    put(next, measured, phase, false);
    next = (next + 1) % spans.length;
    count = Math.min(count + 1, spans.length);
  }

  private void put(int at, long[] measured, byte phase, boolean isSameSpan) {
    for (int i = 0; i < SIZES; i++) {
      long[] ofSize = sizes[i];
      if (ofSize == null && measured[i] != UNKNOWN) {
        ofSize = new long[spans.length];
        Arrays.fill(ofSize, UNKNOWN);
        sizes[i] = ofSize;
      }
      if (ofSize != null) {
        ofSize[at] = isSameSpan ? Math.max(ofSize[at], measured[i]) : measured[i];
      }
    }
    phases[at] = phase;
  }

  private void grow(int length) {
    spans = Arrays.copyOf(spans, length);
    phases = Arrays.copyOf(phases, length);
    for (int i = 0; i < SIZES; i++) {
      long[] ofSize = sizes[i];
      if (ofSize != null) {
        sizes[i] = Arrays.copyOf(ofSize, length);
      }
    }
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
    long[] ofSize = sizes[size];
    return ofSize == null ? UNKNOWN : ofSize[place(index)];
  }

  byte phase(int index) {
    return phases[place(index)];
  }

  private int place(int index) {
    return count < spans.length ? index : (next + index) % spans.length;
  }
}
