package dev.headroom.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The maxima of the last spans, as a plain list of them would have them.
class HistoryRingTest {

  private static final int CAPACITY = 20;

  private record Span(long millis, long first, long last, byte phase) {}

  @Test
  void theLastSpansAreKept() {
    // Given
    var random = new Random(5);
    var ring = new HistoryRing(1000, CAPACITY);
    Deque<Span> expected = new ArrayDeque<>();
    long millis = 5000;

    // When
    for (int i = 0; i < 300; i++) {
      millis += random.nextInt(1500);
      long size = random.nextInt(100);
      byte phase = (byte) random.nextInt(5);
      ring.add(millis, new long[] {size, HistoryRing.UNKNOWN, 2 * size}, phase);
      long start = millis / 1000 * 1000;
      Span last = expected.peekLast();
      if (last != null && last.millis() == start) {
        expected.removeLast();
        expected.add(
            new Span(start, Math.max(last.first(), size), Math.max(last.last(), 2 * size), phase));
      } else {
        expected.add(new Span(start, size, 2 * size, phase));
      }
      if (expected.size() > CAPACITY) {
        expected.removeFirst();
      }

      // Then
      assertThat(spans(ring)).isEqualTo(List.copyOf(expected));
      assertThat(ring.isFull()).isEqualTo(expected.size() == CAPACITY);
    }
  }

  @Test
  void timeThatGoesBackCountsForTheLastSpan() {
    // Given
    var ring = new HistoryRing(1000, CAPACITY);
    ring.add(9000, new long[] {1, 1, 1}, (byte) 1);

    // When
    ring.add(3000, new long[] {5, 0, 2}, (byte) 2);

    // Then
    assertThat(ring.count()).isEqualTo(1);
    assertThat(ring.millis(0)).isEqualTo(9000);
    assertThat(ring.size(0, 0)).isEqualTo(5);
    assertThat(ring.size(0, 1)).isEqualTo(1);
    assertThat(ring.phase(0)).isEqualTo((byte) 2);
  }

  private static List<Span> spans(HistoryRing ring) {
    var spans = new ArrayList<Span>();
    for (int i = 0; i < ring.count(); i++) {
      assertThat(ring.size(i, 1)).isEqualTo(HistoryRing.UNKNOWN);
      spans.add(new Span(ring.millis(i), ring.size(i, 0), ring.size(i, 2), ring.phase(i)));
    }
    return spans;
  }
}
