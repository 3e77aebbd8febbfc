package dev.headroom.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.calibration.regression.Scores;
import dev.headroom.calibration.regression.Scores.Score;
import dev.headroom.memory.MemorySize;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A line at 1000 MiB, and errors of 10 MiB whose scores lie evenly between 0 and 2.
class ForecastTest {

  private static final Scores SCORES =
      Scores.of(IntStream.range(0, 1001).mapToObj(i -> new Score(i / 500.0, 1)).toList());

  @Test
  void rangesAreThoseOfTheScores() {
    var forecast = new Forecast(1000, 10, SCORES, 0);
    assertThat(mebibytes(forecast.p50())).isCloseTo(1010, within(0.1));
    assertThat(mebibytes(forecast.p95())).isCloseTo(1019, within(0.1));
    assertThat(mebibytes(forecast.p05())).isCloseTo(1001, within(0.1));
  }

  @Test
  void anUnsureLineWidensThem() {
    // Given a deviation of 5 MiB, 1.645 of which make the nineteen of twenty
    var forecast = new Forecast(1000, 10, SCORES, 5);
    double half = Math.hypot(9, 1.645 * 5);
    assertThat(mebibytes(forecast.p95())).isCloseTo(1010 + half, within(0.1));
    assertThat(mebibytes(forecast.p05())).isCloseTo(1010 - half, within(0.1));
    assertThat(mebibytes(forecast.p50())).isCloseTo(1010, within(0.1));
  }

  @Test
  void saysHowProbablyAPeakDoesNotFit() {
    var forecast = new Forecast(1000, 10, SCORES, 5);
    assertThat(forecast.probabilityAbove(forecast.p95())).isCloseTo(0.05, within(1e-3));
    assertThat(forecast.probabilityAbove(forecast.p50())).isCloseTo(0.5, within(1e-2));
    assertThat(forecast.probabilityAbove(forecast.p05())).isCloseTo(0.95, within(1e-3));
    assertThat(forecast.probabilityAbove(MemorySize.ofMebibytes(2000))).isLessThan(1e-9);
    assertThat(forecast.probabilityAbove(MemorySize.ZERO)).isGreaterThan(1 - 1e-9);
  }

  private static double mebibytes(MemorySize size) {
    return size.bytes() / (double) (1 << 20);
  }
}
