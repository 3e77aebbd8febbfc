package dev.headroom.ledger.state;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// How fast what a job's fullest rank holds has grown over the last five minutes: the median of the
/// slopes between the maxima of ten-second spans (Theil–Sen), so that neither a step up nor an
/// outlier counts as growth.
public final class MemoryGrowth {

  public static final MemoryGrowth NONE =
      new MemoryGrowth(Basis.NONE, new long[0], new long[0], Double.NaN);

  /// The size that growth is measured by, the least telling first.
  public enum Basis {
    NONE,
    ALLOCATED,
    RESERVED,
    PROCESS_USED
  }

  static final long SPAN_MILLIS = 10_000;
  static final long WINDOW_MILLIS = 300_000;

  /// A slope needs a minute behind it.
  private static final int FEWEST = 7;

  /// How many more pairs must rise than fall for it to be growth at all (Kendall's tau).
  private static final double AGREEMENT = 0.5;

  private final Basis basis;
  private final long[] spans;
  private final long[] maxima;
  private final double slope;

  private MemoryGrowth(Basis basis, long[] spans, long[] maxima, double slope) {
    this.basis = basis;
    this.spans = spans;
    this.maxima = maxima;
    this.slope = slope;
  }

  /// Bytes a second; empty where it does not grow, or not enough is known.
  public OptionalDouble bytesPerSecond() {
    return slope > 0 ? OptionalDouble.of(slope) : OptionalDouble.empty();
  }

  /// Takes one more measurement.
  ///
  /// @param measured which size it is of; a more telling one starts the window again, a less
  ///     telling one is left out
  public MemoryGrowth after(Basis measured, long timeMillis, long bytes, long nowMillis) {
    if (measured.compareTo(basis) < 0 || timeMillis <= nowMillis - WINDOW_MILLIS) {
      return this;
    }
    if (measured.compareTo(basis) > 0) {
      return new MemoryGrowth(
          measured, new long[] {timeMillis / SPAN_MILLIS}, new long[] {bytes}, Double.NaN);
    }
    long span = timeMillis / SPAN_MILLIS;
    int last = spans.length - 1;
    if (last < 0 || span > spans[last]) {
      return opened(span, bytes);
    }
    int at = span == spans[last] ? last : Arrays.binarySearch(spans, span);
    if (at < 0 || bytes <= maxima[at]) {
      return this;
    }
    long[] raised = maxima.clone();
    raised[at] = bytes;
    return new MemoryGrowth(basis, spans, raised, slope);
  }

  /// A new span closes the one before it: then, and only then, is the slope worked out.
  private MemoryGrowth opened(long span, long bytes) {
    long oldest = span - WINDOW_MILLIS / SPAN_MILLIS;
    int drop = 0;
    while (drop < spans.length && spans[drop] <= oldest) {
      drop++;
    }
    int kept = spans.length - drop;
    long[] newSpans = Arrays.copyOfRange(spans, drop, drop + kept + 1);
    long[] newMaxima = Arrays.copyOfRange(maxima, drop, drop + kept + 1);
    newSpans[kept] = span;
    newMaxima[kept] = bytes;
    return new MemoryGrowth(basis, newSpans, newMaxima, slope(newSpans, newMaxima, kept));
  }

  private static double slope(long[] spans, long[] maxima, int count) {
    if (count < FEWEST) {
      return Double.NaN;
    }
    double[] slopes = new double[count * (count - 1) / 2];
    int n = 0;
    int balance = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        long rise = maxima[j] - maxima[i];
        balance += Long.signum(rise);
        slopes[n++] = rise * 1000.0 / ((spans[j] - spans[i]) * SPAN_MILLIS);
      }
    }
    if (balance < AGREEMENT * n) {
      return Double.NaN;
    }
    Arrays.sort(slopes);
    return n % 2 == 1 ? slopes[n / 2] : (slopes[n / 2 - 1] + slopes[n / 2]) / 2;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MemoryGrowth that
        && basis == that.basis
        && Arrays.equals(spans, that.spans)
        && Arrays.equals(maxima, that.maxima)
        && Double.compare(slope, that.slope) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(spans) + Arrays.hashCode(maxima);
  }
}
