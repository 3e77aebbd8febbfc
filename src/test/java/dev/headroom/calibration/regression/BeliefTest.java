package dev.headroom.calibration.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeliefTest {

  private static final Belief PRIOR =
      Belief.of(new Coefficients(1000, 1, 0.5), new Coefficients(500, 0.03, 1));

  @Test
  void isUnmovedByNothing() {
    assertThat(PRIOR.learn(List.of(), Belief.MIDDLE)).isSameAs(PRIOR);
    assertThat(PRIOR.at(new Point(2000, 100))).isEqualTo(3050);
    assertThat(PRIOR.deviationAt(new Point(1000, 100)))
        .isCloseTo(Math.sqrt(500 * 500 + 30 * 30 + 100 * 100), within(1e-9));
  }

  @Test
  void findsTheLineThroughManyExamples() {
    // Given
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 200; i++) {
      var at = new Point(500 + 100 * i, (37 * i) % 400);
      examples.add(new Example(at, 1700 + 1.05 * at.predicted() + 2 * at.workspaces(), 20, 1));
    }

    // When
    Coefficients line = PRIOR.learn(examples, Belief.MIDDLE).mean();

    // Then
    assertThat(line.intercept()).isCloseTo(1700, within(5.0));
    assertThat(line.slope()).isCloseTo(1.05, within(0.001));
    assertThat(line.workspaces()).isCloseTo(2, within(0.02));
  }

  @Test
  void movesTheInterceptFirstByOneExample() {
    // Given one job that holds 600 MiB more than believed
    var example = new Example(new Point(3000, 0), 4600, 76, 1);

    // When
    Belief learned = PRIOR.learn(List.of(example), Belief.MIDDLE);

    // Then
    assertThat(learned.at(example.at())).isCloseTo(4600, within(10.0));
    assertThat(learned.mean().slope()).isCloseTo(1, within(0.01));
    // And what was believed counts by its variance, the example by that of two usual errors
    double believed = 1 / Math.pow(PRIOR.deviationAt(example.at()), 2);
    double told = 1 / Math.pow(2 * 76, 2);
    assertThat(learned.deviationAt(example.at()))
        .isCloseTo(1 / Math.sqrt(believed + told), within(1e-6));
  }

  @Test
  void oneExampleThatIsWrongByFarPullsNoMoreThanAnother() {
    // Given
    var examples = new ArrayList<Example>();
    for (int i = 0; i < 20; i++) {
      double error = i % 2 == 0 ? 15 : -15;
      examples.add(new Example(new Point(1000 + 100 * i, 0), 2200 + 100 * i + error, 30, 1));
    }
    double before = PRIOR.learn(examples, Belief.MIDDLE).at(new Point(2000, 0));

    // When
    examples.add(new Example(new Point(1500, 0), 1_000_000, 30, 1));
    double after = PRIOR.learn(examples, Belief.MIDDLE).at(new Point(2000, 0));

    // Then
    assertThat(after).isCloseTo(before, within(6.0));
  }

  @Test
  void scoresAnExampleAsIfTheLineHadNotSeenIt() {
    // Given
    var far = new Example(new Point(3000, 0), 4100, 50, 1);
    var others = new ArrayList<Example>();
    for (int i = 0; i < 10; i++) {
      others.add(new Example(new Point(2800 + 40 * i, 0), 3800 + 40 * i, 50, 1));
    }
    Belief without = PRIOR.learn(others, Belief.MIDDLE);
    others.add(far);

    // When
    double score = PRIOR.learn(others, Belief.MIDDLE).scoreOf(far);

    // Then
    assertThat(score).isCloseTo((4100 - without.at(far.at())) / 50, within(0.2));
  }
}
