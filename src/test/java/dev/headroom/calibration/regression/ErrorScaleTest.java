package dev.headroom.calibration.regression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ErrorScaleTest {

  private static final ErrorScale SCALE = new ErrorScale(10, 0.02);
  private static final Belief LINE =
      Belief.of(new Coefficients(1000, 1, 0), new Coefficients(1, 1, 1));

  @Test
  void growsWithWhatIsPredicted() {
    assertThat(SCALE.at(new Point(0, 5))).isEqualTo(10);
    assertThat(SCALE.at(new Point(1000, 5))).isEqualTo(30);
  }

  @Test
  void isWidenedWhereSmallJobsDifferByMore() {
    // Given jobs whose errors are 150 MiB however small they are
    List<Example> examples = examples(20, 150, 0);

    // When, then
    ErrorScale wider = SCALE.widened(LINE, examples);
    assertThat(wider.fixed()).isBetween(40.0, 320.0);
    assertThat(wider.share()).isEqualTo(0.02);
  }

  @Test
  void staysWhereErrorsAreOfTheUsualSize() {
    assertThat(SCALE.widened(LINE, examples(200, 10, 0.02))).isEqualTo(SCALE);
    assertThat(SCALE.widened(LINE, examples(200, 0, 0))).isEqualTo(SCALE);
  }

  @Test
  void staysWithoutExamplesAndWhereOneIsWrongByFar() {
    List<Example> examples = examples(20, 10, 0.02);
    examples.add(new Example(new Point(500, 0), 30_000, SCALE.at(new Point(500, 0)), 1));
    assertThat(SCALE.widened(LINE, List.of())).isEqualTo(SCALE);
    assertThat(SCALE.widened(LINE, examples)).isEqualTo(SCALE);
  }

  /// Jobs of 100 to 1,000 MiB whose errors are normal.
  private static List<Example> examples(int count, double fixed, double share) {
    var random = new SplittableRandom(7);
    var examples = new ArrayList<Example>();
    for (int i = 0; i < count; i++) {
      var at = new Point(random.nextDouble(100, 1000), 0);
      double error = random.nextGaussian() * (fixed + share * at.predicted());
      examples.add(new Example(at, 1000 + at.predicted() + error, SCALE.at(at), 1));
    }
    return examples;
  }
}
