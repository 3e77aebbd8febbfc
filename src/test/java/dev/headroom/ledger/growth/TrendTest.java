package dev.headroom.ledger.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Optional;
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

  /// By numpy, as Sen's paper orders the slopes of all pairs: 66 of twelve points, and 91 of
  /// fourteen; the range leaves out 18 and 27 on each side.
  @Test
  void theRangeIsThatOfSensPaper() {
    assertThat(mebibytes(-10, 14, 33, 41, 50, 38, 54, 59, 81, 100, 100, 111))
        .contains(new Trend(scaled(0.9766666666666666), scaled(0.8), scaled(1.2166666666666666)));
    assertThat(mebibytes(-10, 14, 33, 41, 50, 38, 54, 59, 81, 100, 100, 111, 126, 128))
        .contains(new Trend(scaled(0.97), scaled(0.8666666666666667), scaled(1.14)));
  }

  private static double scaled(double mebibytes) {
    return Math.rint(mebibytes * MIB * 1000) / 1000;
  }

  /// Rounded to thousandths of a byte.
  private static Optional<Trend> mebibytes(long... values) {
    return Trend.of(times(values.length), bytes(values.length, i -> values[i] * MIB))
        .map(it -> new Trend(rounded(it.slope()), rounded(it.low()), rounded(it.high())));
  }

  private static double rounded(double bytes) {
    return Math.rint(bytes * 1000) / 1000;
  }

  /// Four standard deviations below the median there is a slope of 0 exactly.
  @Test
  void whatMayStandStillIsNoGrowth() {
    assertThat(mebibytes(-4, 1, -3, 3, 1, 9, 9, 9, 8, 41, 23, 31, 17, 46, 30, 63)).isEmpty();
    assertThat(mebibytes(-4, 1, -3, 3, 1, 9, 9, 9, 8, 41, 23, 31, 27, 46, 40, 63)).isPresent();
  }

  @Test
  void theLeastGrowthIs16KibibytesASecond() {
    assertThat(Trend.of(times(30), bytes(30, i -> i * 163_840L))).isPresent();
  }

  @Test
  void nineInAscendingOrderAreGrowth() {
    assertThat(Trend.of(times(9), bytes(9, i -> i * MIB))).isPresent();
    assertThat(Trend.of(times(8), bytes(8, i -> i * MIB))).isEmpty();
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
