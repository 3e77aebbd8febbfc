package dev.headroom.ledger.growth;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Spans of whole steps that are over, the oldest first: when each began and the most that was held
/// in it. Immutable.
final class ClosedSpans {

  static final ClosedSpans NONE = new ClosedSpans(new long[0], new long[0], -1, -1);

  private final long[] starts;
  private final long[] maxima;

  /// The two highest of the run, also of spans that are not kept any more; -1 where there are none.
  private final long highest;

  private final long second;

  /// Worked out once: it is asked for with every scrape, and changes with every span only. As with
  /// the hash of a string, threads that race work out the same.
  @SuppressWarnings("NullableOptional") // null until it is asked for; empty is an answer
  private @Nullable Optional<Trend> trend;

  private ClosedSpans(long[] starts, long[] maxima, long highest, long second) {
    this.starts = starts;
    this.maxima = maxima;
    this.highest = highest;
    this.second = second;
  }

  /// Without spans, but with what was held in two of them; bytes.
  static ClosedSpans restored(long repeated) {
    return new ClosedSpans(NONE.starts, NONE.maxima, repeated, repeated);
  }

  int count() {
    return starts.length;
  }

  /// When one began, milliseconds since 1970; 0 is the oldest.
  long start(int span) {
    return starts[span];
  }

  /// The most that was held in two spans of the run, bytes; -1 where there are not two.
  ///
  /// @param open the most of a further span that goes on
  long repeated(long open) {
    return open > highest ? highest : Math.max(open, second);
  }

  /// With one more span.
  ///
  /// @param most how many are kept
  ClosedSpans with(long start, long maximum, int most) {
    int count = starts.length;
    int drop = count < most ? 0 : 1;
    long[] newStarts = Arrays.copyOfRange(starts, drop, count + 1);
    long[] newMaxima = Arrays.copyOfRange(maxima, drop, count + 1);
    newStarts[count - drop] = start;
    newMaxima[count - drop] = maximum;
    return new ClosedSpans(newStarts, newMaxima, Math.max(highest, maximum), repeated(maximum));
  }

  /// With a late measurement, which counts for the span that it falls into, or else the oldest.
  ClosedSpans raised(long timeMillis, long bytes) {
    int span = starts.length - 1;
    while (span > 0 && starts[span] > timeMillis) {
      span--;
    }
    if (bytes <= maxima[span]) {
      return this;
    }
    long[] raised = maxima.clone();
    raised[span] = bytes;
    return new ClosedSpans(starts, raised, highest, second);
  }

  /// Whether each of the newest held more than the one before it.
  ///
  /// @param newest how many are looked at
  boolean isRising(int newest) {
    int count = maxima.length;
    boolean rises = true;
    for (int i = Math.max(1, count - newest + 1); rises && i < count; i++) {
      rises = maxima[i] > maxima[i - 1];
    }
    return rises;
  }

  /// How they grow; empty where they do not, or where there are too few.
  Optional<Trend> trend() {
    Optional<Trend> known = trend;
    if (known == null) {
      int last = maxima.length - 1;
      known = last >= 0 && maxima[last] > maxima[0] ? Trend.of(starts, maxima) : Optional.empty();
      trend = known;
    }
    return known;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof ClosedSpans that
            && highest == that.highest
            && second == that.second
            && Arrays.equals(starts, that.starts)
            && Arrays.equals(maxima, that.maxima));
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(starts) + Arrays.hashCode(maxima);
  }
}
