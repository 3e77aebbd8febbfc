package dev.headroom.calibration.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.Prior;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EvaluationTest {

  private static final int NETWORKS = 30;
  private static final List<Integer> BATCHES = List.of(64, 8, 32, 16);

  @Test
  void measuresHowFarPredictionsAre() {
    // When
    Evaluation evaluation = Evaluation.of(runs(0), MeasuredSize.DEVICE, Prior.UNKNOWN_GPU, 20, 1);

    // Then, on a line that is exact, the prior is wrong and what was learned is right
    assertThat(evaluation.otherJobs()).containsOnlyKeys(0, 1, 3, 5, 10, 20, 50);
    assertThat(evaluation.sameModel()).containsOnlyKeys(1, 2);
    assertThat(after(evaluation.otherJobs(), 0).median()).isGreaterThan(0.05);
    assertThat(after(evaluation.otherJobs(), 50).median()).isLessThan(0.01);
    assertThat(after(evaluation.otherJobs(), 50).bias()).isBetween(-0.01, 0.01);
    assertThat(after(evaluation.otherJobs(), 50).p95Coverage()).isEqualTo(1);
    assertThat(after(evaluation.otherJobs(), 50).cappedFailures()).isZero();
    assertThat(after(evaluation.sameModel(), 2).median())
        .isLessThan(after(evaluation.otherJobs(), 0).median());
  }

  @Test
  void judgesNoModelThatItHasSeen() {
    // When
    Evaluation evaluation =
        Evaluation.of(runs(0.02), MeasuredSize.DEVICE, Prior.UNKNOWN_GPU, 20, 1);

    // Then
    long all = (long) NETWORKS * BATCHES.size();
    assertThat(after(evaluation.otherJobs(), 0).runs()).isEqualTo(20 * all);
    assertThat(after(evaluation.otherJobs(), 1).runs()).isEqualTo(20 * (all - BATCHES.size()));
    assertThat(after(evaluation.otherJobs(), 3).runs())
        .isBetween(20 * (all - 3L * BATCHES.size()), 20 * (all - BATCHES.size()));
  }

  /// After the smallest batch the three others are judged, after the smallest and the third
  /// smallest the two others.
  @Test
  void learnsAModelsSmallestAndThirdSmallestBatch() {
    // When
    Evaluation evaluation = Evaluation.of(runs(0.02), MeasuredSize.DEVICE, Prior.UNKNOWN_GPU, 1, 1);

    // Then
    assertThat(after(evaluation.sameModel(), 1).runs()).isEqualTo(3L * NETWORKS);
    assertThat(after(evaluation.sameModel(), 2).runs()).isEqualTo(2L * NETWORKS);
  }

  /// Each size is judged by the runs that have it, and learned from them alone.
  @Test
  void judgesTheSizeThatIsAsked() {
    // Given allocated peaks that are what was predicted, of every other run
    List<MeasuredRun> runs = new ArrayList<>();
    for (MeasuredRun run : runs(0)) {
      boolean has = runs.size() % 2 == 0;
      runs.add(
          has
              ? new MeasuredRun(
                  run.kind(),
                  run.batch(),
                  run.predicted(),
                  Map.of(
                      MeasuredSize.DEVICE,
                      run.peak(MeasuredSize.DEVICE),
                      MeasuredSize.ALLOCATED,
                      run.predicted().allocated()))
              : run);
    }

    // When
    Evaluation allocated = Evaluation.of(runs, MeasuredSize.ALLOCATED, Prior.UNKNOWN_GPU, 20, 1);
    FittedLine line = FittedLine.of(runs, MeasuredSize.ALLOCATED);

    // Then
    assertThat(after(allocated.otherJobs(), 0).runs()).isEqualTo(20L * NETWORKS * 2);
    assertThat(after(allocated.otherJobs(), 50).median()).isLessThan(0.002);
    assertThat(line.coefficients().intercept()).isCloseTo(0, within(2.0));
    assertThat(line.coefficients().slope()).isCloseTo(1, within(0.001));
    assertThat(Evaluation.of(runs, MeasuredSize.DEVICE, Prior.UNKNOWN_GPU, 20, 1))
        .isEqualTo(Evaluation.of(runs(0), MeasuredSize.DEVICE, Prior.UNKNOWN_GPU, 20, 1));
  }

  @Test
  void repeatsItselfWithTheSameSeed() {
    List<MeasuredRun> runs = runs(0.03);
    assertThat(Evaluation.of(runs, MeasuredSize.DEVICE, Prior.BUILT_IN, 5, 9))
        .isEqualTo(Evaluation.of(runs, MeasuredSize.DEVICE, Prior.BUILT_IN, 5, 9))
        .isNotEqualTo(Evaluation.of(runs, MeasuredSize.DEVICE, Prior.BUILT_IN, 5, 10));
  }

  @Test
  void leavesOutWhatTooFewRunsCannotShow() {
    // When
    Evaluation evaluation =
        Evaluation.of(runs(0).subList(0, 4), MeasuredSize.DEVICE, Prior.UNKNOWN_GPU, 3, 1);

    // Then
    assertThat(after(evaluation.otherJobs(), 5).runs()).isZero();
    assertThat(after(evaluation.otherJobs(), 5).median()).isNaN();
  }

  @Test
  void fitsALineToAllRuns() {
    // When
    FittedLine line = FittedLine.of(runs(0), MeasuredSize.DEVICE);

    // Then
    assertThat(line.coefficients().intercept()).isCloseTo(600, within(10.0));
    assertThat(line.coefficients().slope()).isCloseTo(1.04, within(0.002));
    assertThat(line.residual()).isLessThan(0.002);
  }

  private static Accuracy after(Map<Integer, Accuracy> accuracies, int jobs) {
    return Objects.requireNonNull(accuracies.get(jobs));
  }

  /// 600 MiB + 1.04 × reserved, and errors.
  private static List<MeasuredRun> runs(double error) {
    var random = new SplittableRandom(4);
    var runs = new ArrayList<MeasuredRun>();
    for (int network = 0; network < NETWORKS; network++) {
      double perSample = 20 + 5 * network;
      for (int batch : BATCHES) {
        double reserved = 300 + batch * perSample;
        double measured = (600 + 1.04 * reserved) * (1 + error * random.nextGaussian());
        MemorySize size = MemorySize.ofMebibytes(Math.round(reserved));
        runs.add(
            new MeasuredRun(
                new JobKind("T4", new Framework("pytorch", "2.15.0", ""), "network-" + network),
                batch,
                new PredictedPeak(size, size, MemorySize.ZERO),
                Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(Math.round(measured)))));
      }
    }
    return runs;
  }
}
