package dev.headroom.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A level moves towards what jobs measured, more so for newer and for different ones.
class LevelTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final long RESERVED = 8000;
  private static final PredictedPeak PREDICTED =
      new PredictedPeak(mebibytes(7000), mebibytes(RESERVED), MemorySize.ZERO);

  private final Level untaught =
      Level.untaught(MeasuredSize.DEVICE, Prior.BUILT_IN.belief("T4", MeasuredSize.DEVICE));

  @Test
  void jobsTeachIt() {
    // When
    Level taught = untaught.taught(observations(40, "m", 2000, Duration.ZERO));

    // Then
    assertThat(taught.jobs()).isEqualTo(40);
    assertThat(distance(taught, 2000)).isLessThan(distance(untaught, 2000) / 4);
    assertThat(untaught.jobs()).isZero();
  }

  @Test
  void jobsThatDidNotMeasureItsSizeTeachNothing() {
    var level =
        Level.untaught(MeasuredSize.PROCESS, Prior.BUILT_IN.belief("T4", MeasuredSize.PROCESS));
    assertThat(level.taught(observations(5, "m", 2000, Duration.ZERO))).isSameAs(level);
  }

  @Test
  void newerJobsCountMore() {
    // Given as many of five half-lives ago
    var observations = new ArrayList<Observation>();
    observations.addAll(observations(20, "old", 3000, Duration.ofDays(225)));
    observations.addAll(observations(20, "new", 1000, Duration.ZERO));

    // When
    Level taught = untaught.taught(observations);

    // Then
    assertThat(distance(taught, 1000)).isLessThan(distance(taught, 3000));
  }

  @Test
  void manyRunsOfOneModelAreLessThanAsManyModels() {
    // Given 36 runs of one network, and 18 networks of one run each
    var observations = new ArrayList<>(observations(36, "one", 3000, Duration.ZERO));
    for (int i = 0; i < 18; i++) {
      observations.addAll(observations(1, "model-" + i, 1000, Duration.ZERO));
    }

    // When
    Level taught = untaught.taught(observations);

    // Then
    assertThat(distance(taught, 1000)).isLessThan(distance(taught, 3000));
  }

  @Test
  void runsOfTheSameModelTellMostOfAJob() {
    // Given
    Level taught = untaught.taught(observations(40, "m", 1000, Duration.ZERO));
    List<Observation> own = observations(8, "mine", 2500, Duration.ZERO);

    // When
    Forecast with = taught.forecast(PREDICTED, own);
    Forecast without = taught.forecast(PREDICTED, List.of());

    // Then
    assertThat(distance(with, 2500)).isLessThan(distance(without, 2500) / 3);
    assertThat(width(with)).isLessThan(width(without));
  }

  @Test
  void anotherReleaseIsLessSure() {
    Level taught = untaught.taught(observations(40, "m", 1000, Duration.ZERO));
    Level other = taught.anotherRelease();
    assertThat(other.jobs()).isEqualTo(40);
    assertThat(width(other.forecast(PREDICTED, List.of())))
        .isGreaterThan(width(taught.forecast(PREDICTED, List.of())));
    assertThat(untaught.anotherRelease()).isSameAs(untaught);
  }

  private static double distance(Level level, long beyond) {
    return distance(level.forecast(PREDICTED, List.of()), beyond);
  }

  /// In MiB, from a device that holds so much beyond what was reserved.
  private static double distance(Forecast forecast, long beyond) {
    return Math.abs(forecast.p50().bytes() / (double) (1 << 20) - RESERVED - beyond);
  }

  private static long width(Forecast forecast) {
    return forecast.p95().bytes() - forecast.p05().bytes();
  }

  private static List<Observation> observations(
      int count, String model, long beyond, Duration age) {
    var observations = new ArrayList<Observation>();
    for (int i = 0; i < count; i++) {
      observations.add(
          new Observation(
              model + "-" + i,
              "1",
              NOW.minus(age),
              new JobKind("T4", Framework.UNKNOWN, model),
              PREDICTED,
              Map.of(MeasuredSize.DEVICE, mebibytes(RESERVED + beyond))));
    }
    return observations;
  }

  private static MemorySize mebibytes(long size) {
    return MemorySize.ofMebibytes(size);
  }
}
