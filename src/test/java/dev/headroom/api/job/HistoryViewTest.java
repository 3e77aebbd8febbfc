package dev.headroom.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.history.HistoryEvent;
import dev.headroom.history.HistoryPoint;
import dev.headroom.history.JobHistories.Past;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryViewTest {

  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");
  private static final HistoryEvent EVENT = new HistoryEvent(T0, "leaking");

  @Test
  void eachPointHasItsSizes() {
    var point =
        new HistoryPoint(
            T0, new MemorySize(1), new MemorySize(2), new MemorySize(3), JobPhase.BACKWARD);
    var none = new HistoryPoint(T0, null, null, null, null);
    assertThat(HistoryView.of("a", new Past(T0, List.of(point, none), List.of(EVENT)), T0))
        .isEqualTo(
            new HistoryView(
                "a",
                true,
                T0,
                false,
                List.of(
                    new HistoryView.Point(T0, 1L, 2L, 3L, "backward"),
                    new HistoryView.Point(T0, null, null, null, null)),
                List.of(EVENT)));
  }

  @Test
  void itIsShortWhereTheJobWasThereHalfAMinuteBefore() {
    var past = new Past(T0, List.of(), List.of());
    assertThat(HistoryView.of("a", past, T0.minusSeconds(30)).isShort()).isFalse();
    assertThat(HistoryView.of("a", past, T0.minusSeconds(31)).isShort()).isTrue();
    assertThat(HistoryView.of("a", past, null).isShort()).isFalse();
  }

  @Test
  void aJobWithoutOneSaysSo() {
    assertThat(HistoryView.none("a", T0))
        .isEqualTo(new HistoryView("a", false, T0, false, List.of(), List.of()));
  }
}
