package dev.headroom.ledger.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedSpansTest {

  private static final long MIB = 1L << 20;

  @Test
  void theOldestGoesAndTheHighestStay() {
    // Given
    ClosedSpans spans = ClosedSpans.NONE.with(0, 90, 3).with(10, 70, 3);

    // When
    ClosedSpans later = spans.with(20, 5, 3).with(30, 6, 3).with(40, 7, 3);

    // Then
    assertThat(later.count()).isEqualTo(3);
    assertThat(later.start(0)).isEqualTo(20);
    assertThat(later.repeated(-1)).isEqualTo(70);
    assertThat(later.repeated(80)).isEqualTo(80);
    assertThat(later.repeated(95)).isEqualTo(90);
    assertThat(spans.count()).as("as it was").isEqualTo(2);
  }

  @Test
  void oneSpanIsNotHeldTwice() {
    assertThat(ClosedSpans.NONE.repeated(5)).isEqualTo(-1);
    assertThat(ClosedSpans.NONE.with(0, 5, 3).repeated(-1)).isEqualTo(-1);
    assertThat(ClosedSpans.NONE.with(0, 5, 3).repeated(4)).isEqualTo(4);
    assertThat(ClosedSpans.restored(9).repeated(-1)).isEqualTo(9);
  }

  @Test
  void aLateMeasurementCountsForItsOwnSpan() {
    // Given
    ClosedSpans spans = ClosedSpans.NONE.with(10, 1, 3).with(20, 2, 3).with(30, 3, 3);

    // Then
    assertThat(spans.raised(25, 2)).isSameAs(spans);
    assertThat(spans.raised(25, 9).isRising(2)).as("1, 9, 3").isFalse();
    assertThat(spans.raised(20, 9).isRising(2)).as("1, 9, 3").isFalse();
    assertThat(spans.raised(30, 9).isRising(3)).as("1, 2, 9").isTrue();
    assertThat(spans.raised(4, 9).isRising(2)).as("9, 2, 3").isTrue();
    assertThat(spans.raised(4, 9).isRising(3)).as("9, 2, 3").isFalse();
    assertThat(spans.raised(25, 9)).isEqualTo(raised(1, 9, 3));
    assertThat(spans.raised(30, 9)).isEqualTo(raised(1, 2, 9));
    assertThat(spans.raised(4, 9)).as("before all").isEqualTo(raised(9, 2, 3));
    assertThat(spans).isEqualTo(ClosedSpans.NONE.with(10, 1, 3).with(20, 2, 3).with(30, 3, 3));
  }

  private static ClosedSpans raised(long first, long second, long third) {
    ClosedSpans before = ClosedSpans.NONE.with(10, 1, 3).with(20, 2, 3).with(30, 3, 3);
    return before.raised(10, first).raised(20, second).raised(30, third);
  }

  @Test
  void equalsWhatHoldsTheSame() {
    ClosedSpans spans = ClosedSpans.NONE.with(10, 1, 3).with(20, 2, 3);
    ClosedSpans same = ClosedSpans.NONE.with(10, 1, 3).with(20, 2, 3);
    assertThat(spans).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(null);
    assertThat(spans.equals(spans)).isTrue();
    for (ClosedSpans other :
        List.of(
            ClosedSpans.NONE,
            ClosedSpans.NONE.with(10, 1, 3).with(21, 2, 3),
            ClosedSpans.NONE.with(10, 1, 3).with(20, 3, 3),
            ClosedSpans.NONE.with(10, 2, 3).with(20, 1, 3))) {
      assertThat(spans).isNotEqualTo(other);
      assertThat(spans.hashCode()).isNotEqualTo(other.hashCode());
    }
    assertThat(ClosedSpans.restored(9)).isNotEqualTo(ClosedSpans.NONE);
  }

  @Test
  void theNewestRise() {
    ClosedSpans spans = ClosedSpans.NONE.with(0, 9, 9).with(10, 1, 9).with(20, 2, 9);
    assertThat(spans.isRising(2)).isTrue();
    assertThat(spans.isRising(3)).isFalse();
    assertThat(spans.with(30, 2, 9).isRising(2)).isFalse();
  }

  @Test
  void theTrendIsThatOfTheSpans() {
    // Given
    ClosedSpans spans = ClosedSpans.NONE;
    for (int i = 0; i < 12; i++) {
      spans = spans.with(i * 10_000L, (100 + i) * MIB, 30);
    }

    // Then
    assertThat(spans.trend())
        .hasValueSatisfying(it -> assertThat(it.slope()).isEqualTo(MIB / 10.0));
    assertThat(spans.trend()).as("the same again").isSameAs(spans.trend());
    assertThat(spans.with(120_000, 100 * MIB, 30).trend()).as("back where it was").isEmpty();
  }
}
