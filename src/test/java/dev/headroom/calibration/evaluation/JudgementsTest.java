package dev.headroom.calibration.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.calibration.MeasuredSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementsTest {

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 9", "0.5, 4", "0.25, 2.5", "0.75, 6.5", "0.9, 8"})
  void aQuantileIsInterpolated(double share, double value) {
    // Given four values, unsorted
    assertThat(Judgements.quantile(new double[] {9, 3, 5, 1}, share))
        .isCloseTo(
            share == 0.25 ? 2.5 : share == 0.75 ? 6 : share == 0.9 ? 7.8 : value, within(1e-12));
  }

  @Test
  void ofNothingThereIsNone() {
    assertThat(Judgements.quantile(new double[0], 0.5)).isNaN();
    assertThat(Judgements.quantile(new double[] {7}, 0.9)).isEqualTo(7);
    assertThat(new Judgements(MeasuredSize.DEVICE).accuracy().runs()).isZero();
  }
}
