package dev.headroom.calibration.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.calibration.regression.Scores.Score;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {

  @Test
  void interpolatesBetweenTheMiddlesOfWeights() {
    // Given
    Scores scores = Scores.of(List.of(new Score(4, 1), new Score(0, 1), new Score(2, 2)));

    // When, then
    assertThat(scores.quantile(0)).isZero();
    assertThat(scores.quantile(0.125)).isZero();
    assertThat(scores.quantile(0.5)).isEqualTo(2);
    assertThat(scores.quantile(0.6875)).isCloseTo(3, within(1e-12));
    assertThat(scores.quantile(1)).isEqualTo(4);
  }

  @Test
  void knowsTheNormalDistribution() {
    assertThat(Normal.below(0)).isCloseTo(0.5, within(2e-7));
    assertThat(Normal.below(Normal.P95)).isCloseTo(0.95, within(2e-7));
    assertThat(Normal.below(-1.959963985)).isCloseTo(0.025, within(2e-7));
    assertThat(Normal.below(9)).isCloseTo(1, within(1e-12));
  }
}
