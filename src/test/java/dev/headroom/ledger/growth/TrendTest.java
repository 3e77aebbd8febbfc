package dev.headroom.ledger.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/// The median of the slopes of all pairs, and the range around it.
class TrendTest {

  private static final long MIB = 1L << 20;

  @Test
  void aLineHasItsSlope() {
    Trend trend = Trend.of(times(20), bytes(20, i -> 10 * MIB * i)).orElseThrow();
    assertThat(trend.slope()).isCloseTo(MIB, within(1e-6));
    assertThat(trend.low()).isCloseTo(MIB, within(1e-6));
    assertThat(trend.high()).isCloseTo(MIB, within(1e-6));
  }

  @Test
  void anOutlierDoesNotMoveTheMedian() {
    Trend trend =
        Trend.of(times(21), bytes(21, i -> i == 10 ? 900 * MIB : 10 * MIB * i)).orElseThrow();
    assertThat(trend.slope()).isCloseTo(MIB, within(MIB * 0.001));
    assertThat(trend.low()).isLessThanOrEqualTo(trend.slope());
    assertThat(trend.high()).isGreaterThanOrEqualTo(trend.slope());
  }

  @Test
  void tooFewPointsTellNothing() {
    assertThat(Trend.of(times(5), bytes(5, i -> i * MIB))).isEmpty();
    assertThat(Trend.of(times(2), bytes(2, i -> i * MIB))).isEmpty();
  }

  @Test
  void noiseAndWhatFallsAndWhatGrowsSlowlyIsNoGrowth() {
    var random = new Random(3);
    assertThat(Trend.of(times(30), bytes(30, _ -> random.nextInt(1000) * MIB))).isEmpty();
    assertThat(Trend.of(times(30), bytes(30, i -> (30 - i) * MIB))).isEmpty();
    assertThat(Trend.of(times(30), bytes(30, i -> i * 163_830L))).isEmpty();
    assertThat(Trend.of(times(30), bytes(30, i -> i * 163_850L))).isPresent();
  }

  @Test
  void itIsFullSoonestAtTheSteepestSlope() {
    Trend.Filling filling = new Trend(10, 5, 20).fills(1000);
    assertThat(filling.earliest()).isEqualTo(Duration.ofSeconds(50));
    assertThat(filling.likely()).isEqualTo(Duration.ofSeconds(100));
    assertThat(filling.latest()).isEqualTo(Duration.ofSeconds(200));
  }

  /// Ten seconds apart.
  private static long[] times(int count) {
    return bytes(count, i -> i * 10_000L);
  }

  private static long[] bytes(int count, IntToLongFunction at) {
    var values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = at.applyAsLong(i);
    }
    return values;
  }
}
