package dev.headroom.ledger.growth;

import dev.headroom.memory.MemorySize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The most that a job's fullest rank held of one size in each of its last spans of whole steps.
///
/// Memory is a sawtooth, so a span lasts ten seconds at least and ends between two steps: its
/// maximum is what the same point of the step holds. Thirty spans are kept, the open one among
/// them. A sample changes the open span, and rarely anything else.
public final class StepMaxima {

  private static final long UNKNOWN = -1;

  public static final StepMaxima NONE = new StepMaxima(ClosedSpans.NONE, 0, UNKNOWN, UNKNOWN);

  static final long SPAN_MILLIS = 10_000;
  /// What is older is left out.
  public static final long WINDOW_MILLIS = 300_000;
  private static final int SPANS = 30;

  /// So many spans that rise are no plateau; so few of them at the beginning, where one alone is
  /// none.
  private static final int RISING = 5;
  private static final int FEWEST_RISING = 1;

  private final ClosedSpans closed;

  /// When the open span began, milliseconds since 1970.
  private final long start;

  /// The most that was held in it, bytes; -1 where no span is open.
  private final long maximum;

  /// In which it began; -1 where nobody tells.
  private final long step;

  private StepMaxima(ClosedSpans closed, long start, long maximum, long step) {
    this.closed = closed;
    this.start = start;
    this.maximum = maximum;
    this.step = step;
  }

  /// Without spans, as they are after a restart, but with what was held in two of them.
  public static StepMaxima restored(@Nullable MemorySize repeated) {
    return repeated == null
        ? NONE
        : new StepMaxima(ClosedSpans.restored(repeated.bytes()), 0, UNKNOWN, UNKNOWN);
  }

  /// The most that was held in two spans of the run: what is held once only is no plateau. Empty
  /// before a second span began.
  public Optional<MemorySize> repeated() {
    long repeated = closed.repeated(maximum);
    return repeated < 0 ? Optional.empty() : Optional.of(new MemorySize(repeated));
  }

  /// How it grows over the closed spans; empty where it does not, or where too little is known.
  public Optional<Trend> trend() {
    return closed.trend();
  }

  /// Whether each of the last closed spans held more than the one before it, so that there is no
  /// plateau yet.
  public boolean isRising() {
    return closed.count() >= FEWEST_RISING && closed.isRising(RISING);
  }

  /// Whether the spans reach over the whole window.
  public boolean isFull() {
    return closed.count() > 0 && start - closed.start(0) >= WINDOW_MILLIS - 2 * SPAN_MILLIS;
  }

  /// Takes one more measurement; one that is older than the window is left out.
  ///
  /// @param measuredStep null where nobody tells
  public StepMaxima after(
      long timeMillis, @Nullable Long measuredStep, long bytes, long nowMillis) {
    if (timeMillis <= nowMillis - WINDOW_MILLIS) {
      return this;
    }
    long at = measuredStep == null ? UNKNOWN : measuredStep;
    if (maximum < 0) {
      return new StepMaxima(closed, timeMillis, bytes, at);
    }
    if (timeMillis >= start + SPAN_MILLIS && (at < 0 || at != step)) {
      return new StepMaxima(closed.with(start, maximum, SPANS - 1), timeMillis, bytes, at);
    }
    if (timeMillis < start && closed.count() > 0) {
      ClosedSpans raised = closed.raised(timeMillis, bytes);
      return raised.equals(closed) ? this : new StepMaxima(raised, start, maximum, step);
    }
    return bytes <= maximum ? this : new StepMaxima(closed, start, bytes, step);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof StepMaxima that
            && start == that.start
            && maximum == that.maximum
            && step == that.step
            && closed.equals(that.closed));
  }

  @Override
  public int hashCode() {
    return 31 * (31 * closed.hashCode() + Long.hashCode(start)) + Long.hashCode(maximum);
  }
}
