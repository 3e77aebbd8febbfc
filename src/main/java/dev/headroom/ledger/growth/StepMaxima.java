package dev.headroom.ledger.growth;

import dev.headroom.memory.MemorySize;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The most that a job's fullest rank held of one size in each of its last spans of whole steps.
///
/// Memory is a sawtooth, so a span lasts ten seconds at least and ends between two steps: its
/// maximum is what the same point of the step holds. Thirty spans are kept.
public final class StepMaxima {

  private static final long UNKNOWN_STEP = -1;

  public static final StepMaxima NONE =
      new StepMaxima(new long[0], new long[0], UNKNOWN_STEP, new Highest(-1, -1));

  static final long SPAN_MILLIS = 10_000;
  /// What is older is left out.
  public static final long WINDOW_MILLIS = 300_000;
  private static final int SPANS = 30;

  /// So many spans that rise are no plateau; so few of them at the beginning, where one alone is
  /// none.
  private static final int RISING = 5;
  private static final int FEWEST_RISING = 1;

  private final long[] starts;
  private final long[] maxima;

  /// In which the newest span began; -1 where nobody tells.
  private final long step;

  private final Highest closed;

  /// The two highest of the run's closed spans; -1 where there are none.
  private record Highest(long first, long second) {

    Highest with(long bytes) {
      if (bytes > first) {
        return new Highest(bytes, first);
      }
      return bytes > second ? new Highest(first, bytes) : this;
    }
  }

  private StepMaxima(long[] starts, long[] maxima, long step, Highest closed) {
    this.starts = starts;
    this.maxima = maxima;
    this.step = step;
    this.closed = closed;
  }

  /// Without spans, as they are after a restart, but with what was held in two of them.
  public static StepMaxima restored(@Nullable MemorySize repeated) {
    return repeated == null
        ? NONE
        : new StepMaxima(
            new long[0],
            new long[0],
            UNKNOWN_STEP,
            new Highest(repeated.bytes(), repeated.bytes()));
  }

  /// The most that was held in two spans of the run: what is held once only is no plateau. Empty
  /// before a second span began.
  public Optional<MemorySize> repeated() {
    Highest all = maxima.length == 0 ? closed : closed.with(maxima[maxima.length - 1]);
    return all.second() < 0 ? Optional.empty() : Optional.of(new MemorySize(all.second()));
  }

  /// How it grows over the closed spans; empty where it does not, or where too little is known.
  public Optional<Trend> trend() {
    int count = maxima.length - 1;
    return count > 0 && maxima[count - 1] > maxima[0]
        ? Trend.of(Arrays.copyOf(starts, count), Arrays.copyOf(maxima, count))
        : Optional.empty();
  }

  /// Whether each of the last closed spans held more than the one before it, so that there is no
  /// plateau yet.
  public boolean isRising() {
    int count = maxima.length - 1;
    boolean rises = count >= FEWEST_RISING;
    for (int i = Math.max(1, count - RISING + 1); rises && i < count; i++) {
      rises = maxima[i] > maxima[i - 1];
    }
    return rises;
  }

  /// Whether the spans reach over the whole window.
  public boolean isFull() {
    int last = starts.length - 1;
    return last > 0 && starts[last] - starts[0] >= WINDOW_MILLIS - 2 * SPAN_MILLIS;
  }

  /// Takes one more measurement; one that is older than the window is left out.
  ///
  /// @param measuredStep null where nobody tells
  public StepMaxima after(
      long timeMillis, @Nullable Long measuredStep, long bytes, long nowMillis) {
    if (timeMillis <= nowMillis - WINDOW_MILLIS) {
      return this;
    }
    long at = measuredStep == null ? UNKNOWN_STEP : measuredStep;
    int last = starts.length - 1;
    if (last < 0) {
      return opened(timeMillis, at, bytes);
    }
    if (timeMillis >= starts[last] + SPAN_MILLIS && (at < 0 || at != step)) {
      return opened(timeMillis, at, bytes);
    }
    int span = last;
    while (span > 0 && starts[span] > timeMillis) {
      span--;
    }
    if (bytes <= maxima[span]) {
      return this;
    }
    long[] raised = maxima.clone();
    raised[span] = bytes;
    return new StepMaxima(starts, raised, step, closed);
  }

  private StepMaxima opened(long timeMillis, long at, long bytes) {
    int count = starts.length;
    int drop = count < SPANS ? 0 : 1;
    long[] newStarts = Arrays.copyOfRange(starts, drop, count + 1);
    long[] newMaxima = Arrays.copyOfRange(maxima, drop, count + 1);
    newStarts[count - drop] = timeMillis;
    newMaxima[count - drop] = bytes;
    Highest highest = count == 0 ? closed : closed.with(maxima[count - 1]);
    return new StepMaxima(newStarts, newMaxima, at, highest);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (other == this) {
      return true;
    }
    return other instanceof StepMaxima that
        && step == that.step
        && closed.equals(that.closed)
        && Arrays.equals(starts, that.starts)
        && Arrays.equals(maxima, that.maxima);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(starts) + Arrays.hashCode(maxima);
  }
}
