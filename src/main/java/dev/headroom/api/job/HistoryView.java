package dev.headroom.api.job;

import dev.headroom.history.HistoryEvent;
import dev.headroom.history.HistoryPoint;
import dev.headroom.history.JobHistories;
import dev.headroom.memory.MemorySize;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a job held over the last hour.
///
/// @param isKept whether there is one: a job beyond `headroom.history.jobs` has none
/// @param since when this monitor first looked at the job
/// @param isShort whether the job was there before that: this monitor started later, or the job was
///     another one's
/// @param points the oldest first; the last two minutes at two seconds, ten minutes at ten seconds,
///     the rest of the hour at a minute
public record HistoryView(
    String job,
    boolean isKept,
    Instant since,
    boolean isShort,
    List<Point> points,
    List<HistoryEvent> events) {

  private static final Duration AT_ONCE = Duration.ofSeconds(30);

  public HistoryView {
    points = List.copyOf(points);
    events = List.copyOf(events);
  }

  /// The most that its fullest rank held in a span that begins at a time.
  record Point(
      Instant at,
      @Nullable Long allocatedBytes,
      @Nullable Long reservedBytes,
      @Nullable Long processUsedBytes,
      @Nullable String phase) {

    private static Point of(HistoryPoint point) {
      return new Point(
          point.at(),
          bytes(point.allocated()),
          bytes(point.reserved()),
          bytes(point.process()),
          point.phase() == null ? null : point.phase().wireName());
    }
  }

  static HistoryView none(String job, Instant now) {
    return new HistoryView(job, false, now, false, List.of(), List.of());
  }

  static HistoryView of(String job, JobHistories.Past past, @Nullable Instant firstSample) {
    boolean isShort = firstSample != null && firstSample.plus(AT_ONCE).isBefore(past.since());
    return new HistoryView(
        job,
        true,
        past.since(),
        isShort,
        past.points().stream().map(Point::of).toList(),
        past.events());
  }

  private static @Nullable Long bytes(@Nullable MemorySize size) {
    return size == null ? null : size.bytes();
  }
}
