package dev.headroom.calibration;

import static dev.headroom.calibration.SyntheticCluster.GPU;
import static dev.headroom.calibration.SyntheticCluster.kind;
import static dev.headroom.calibration.SyntheticCluster.observation;
import static dev.headroom.calibration.SyntheticCluster.predicted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {

  private static final double MEBIBYTE = 1L << 20;

  private final History history = new History(Prior.UNKNOWN_GPU);

  @Test
  void saysThePriorWhereNothingWasLearned() {
    // When
    Forecast forecast = device("resnet50", 4000);

    // Then
    assertThat(mebibytes(forecast.p50())).isBetween(4500.0, 6500.0);
    assertThat(ratio(forecast)).isBetween(1.1, 1.3);
    assertThat(history.calibration().knowledge(kind("resnet50")))
        .hasToString(
            "no job on A100-40GB was measured yet; published measurements of six other GPUs");
  }

  @Test
  void knowsTheMeasuredGpusBeforehandIfItMay() {
    // Given
    Calibration known = new History(Prior.BUILT_IN).calibration();

    // When
    Forecast forecast = known.forecast(kind("resnet50"), predicted(4000), MeasuredSize.DEVICE);

    // Then
    assertThat(mebibytes(forecast.p50())).isCloseTo(1743 + 1.032 * 4000, within(10.0));
    assertThat(known.knowledge(kind("resnet50")))
        .hasToString("no job on A100-40GB was measured yet; published measurements of that GPU");
  }

  @Test
  void learnsALineFromTenJobs() {
    // Given
    learn(new SyntheticCluster(1, 900, 1.05), 10);

    // When
    Forecast forecast = device("another", 4000);

    // Then
    assertThat(mebibytes(forecast.p50())).isCloseTo(900 + 1.05 * 4000, within(120.0));
    assertThat(ratio(forecast)).isLessThan(1.2);
    assertThat(history.calibration().knowledge(kind("another")))
        .hasToString(
            "learned from 10 jobs on A100-40GB, all with pytorch 2.15; 0 runs of this model");
  }

  /// Of raw rows one in nine is off by half or more.
  @Test
  void isNotMovedByJobsThatAreWrongByHalf() {
    // Given
    var cluster = new SyntheticCluster(2, 1500, 1.03);
    for (int i = 0; i < 45; i++) {
      Observation good = cluster.next();
      history.learn(i % 9 == 0 ? halved(good) : good);
    }

    // When
    Forecast forecast = device("another", 6000);

    // Then
    double right = 1500 + 1.03 * 6000;
    assertThat(mebibytes(forecast.p50())).isCloseTo(right, within(0.02 * right));
  }

  @Test
  void trustsTheSameModelsRunsMoreThanOtherJobs() {
    // Given a model that holds 700 MiB more than all others
    learn(new SyntheticCluster(3, 1200, 1.0), 40);
    double others = mebibytes(device("vgg16", 8000).p50());
    history.learn(observation("own-1", kind("vgg16"), Duration.ofDays(9), 2000, 3900));
    history.learn(observation("own-2", kind("vgg16"), Duration.ofDays(9), 4000, 5900));

    // When
    Forecast own = device("vgg16", 8000);

    // Then
    assertThat(others).isCloseTo(9200, within(150.0));
    assertThat(mebibytes(own.p50())).isCloseTo(9900, within(300.0));
    assertThat(mebibytes(device("another", 8000).p50())).isCloseTo(others, within(60.0));
  }

  @Test
  void expectsOfARunThatIsRepeatedWhatItHeldBefore() {
    // Given a model whose workspaces no other has
    learn(new SyntheticCluster(4, 1200, 1.0), 40);
    for (int i = 0; i < 2; i++) {
      history.learn(observation("own-" + i, kind("vgg16"), Duration.ofDays(9 + i), 5000, 8200));
    }

    // When, then
    assertThat(mebibytes(device("vgg16", 5000).p50())).isCloseTo(8200, within(400.0));
  }

  @Test
  void keepsFrameworkReleasesApart() {
    // Given a release that holds 600 MiB more
    var old = new Framework("pytorch", "2.14.1", "13.0");
    for (int i = 0; i < 30; i++) {
      double predicted = 1000 + 300 * i;
      Duration later = Duration.ofHours(i);
      history.learn(observation("new-" + i, kind("new-" + i), later, predicted, 1600 + predicted));
      var kind = new JobKind(GPU, old, "old-" + i);
      history.learn(observation("old-" + i, kind, later, predicted, 1000 + predicted));
    }

    // When
    Calibration calibration = history.calibration();
    var kind = new JobKind(GPU, old, "another");

    // Then
    assertThat(mebibytes(device("another", 5000).p50())).isCloseTo(6600, within(60.0));
    assertThat(mebibytes(calibration.forecast(kind, predicted(5000), MeasuredSize.DEVICE).p50()))
        .isCloseTo(6000, within(60.0));
    assertThat(calibration.knowledge(kind))
        .hasToString(
            "learned from 60 jobs on A100-40GB, 30 of them with pytorch 2.14; 0 runs of this model");
  }

  @Test
  void forgetsByAndBy() {
    // Given a driver that takes 500 MiB more from the second half year on
    for (int day = 0; day < 365; day++) {
      double predicted = 1000 + 40 * (day % 100);
      double rest = day < 183 ? 1000 : 1500;
      history.learn(
          observation(
              "job-" + day, kind("m-" + day), Duration.ofDays(day), predicted, rest + predicted));
    }

    // When, then
    assertThat(mebibytes(device("another", 3000).p50())).isCloseTo(4500, within(30.0));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 10, 50, 300})
  void coversNineteenOfTwenty(int jobs) {
    // Given
    int covered = 0;
    int judged = 0;
    for (int seed = 0; seed < 60; seed++) {
      var cluster = new SyntheticCluster(seed, 600 + 20 * seed, 1 + 0.001 * (seed % 40));
      var own = new History(Prior.UNKNOWN_GPU);
      for (int i = 0; i < jobs; i++) {
        own.learn(cluster.next());
      }
      Calibration calibration = own.calibration();

      // When
      for (int i = 0; i < 50; i++) {
        Observation next = cluster.next();
        Forecast forecast =
            calibration.forecast(next.kind(), next.predicted(), MeasuredSize.DEVICE);
        covered += measured(next).compareTo(forecast.p95()) <= 0 ? 1 : 0;
        judged++;
      }
    }

    // Then
    assertThat((double) covered / judged).isBetween(0.93, 0.985);
  }

  @Test
  void saysHowLikelyAPeakDoesNotFit() {
    // Given
    learn(new SyntheticCluster(5, 1200, 1.02), 30);

    // When
    Forecast forecast = device("another", 10_000);

    // Then
    assertThat(forecast.probabilityAbove(forecast.p50())).isCloseTo(0.5, within(0.01));
    assertThat(forecast.probabilityAbove(forecast.p95())).isCloseTo(0.05, within(0.001));
    assertThat(forecast.probabilityAbove(MemorySize.ZERO)).isCloseTo(1, within(1e-6));
    assertThat(forecast.probabilityAbove(MemorySize.ofMebibytes(1 << 20)))
        .isCloseTo(0, within(1e-6));
  }

  @Test
  void learnsEachSizeThatWasMeasured() {
    // Given workspaces inside the allocator that no layer explains
    for (int i = 0; i < 20; i++) {
      double predicted = 1000 + 200 * i;
      history.learn(
          new Observation(
              "job-" + i,
              "1",
              java.time.Instant.EPOCH,
              kind("m-" + i),
              predicted(predicted),
              Map.of(MeasuredSize.ALLOCATED, PredictedPeak.bytes(predicted + 64))));
    }

    // When
    Calibration calibration = history.calibration();

    // Then
    assertThat(
            mebibytes(
                calibration
                    .forecast(kind("another"), predicted(3000), MeasuredSize.ALLOCATED)
                    .p50()))
        .isCloseTo(3064, within(5.0));
    assertThat(
            mebibytes(
                calibration.forecast(kind("another"), predicted(3000), MeasuredSize.DEVICE).p50()))
        .isEqualTo(
            mebibytes(
                new History(Prior.UNKNOWN_GPU)
                    .calibration()
                    .forecast(kind("another"), predicted(3000), MeasuredSize.DEVICE)
                    .p50()));
  }

  private void learn(SyntheticCluster cluster, int jobs) {
    for (int i = 0; i < jobs; i++) {
      history.learn(cluster.next());
    }
  }

  private Forecast device(String model, double mebibytes) {
    return history.calibration().forecast(kind(model), predicted(mebibytes), MeasuredSize.DEVICE);
  }

  private static Observation halved(Observation good) {
    return new Observation(
        good.job(),
        good.run(),
        good.settled(),
        good.kind(),
        good.predicted(),
        Map.of(MeasuredSize.DEVICE, new MemorySize(measured(good).bytes() / 2)));
  }

  private static MemorySize measured(Observation observation) {
    return observation.measured().getOrDefault(MeasuredSize.DEVICE, MemorySize.ZERO);
  }

  private static double ratio(Forecast forecast) {
    return (double) forecast.p95().bytes() / forecast.p50().bytes();
  }

  private static double mebibytes(MemorySize size) {
    return size.bytes() / MEBIBYTE;
  }
}
