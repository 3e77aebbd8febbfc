package dev.headroom.calibration;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;

/// Jobs whose device peaks lie on a line that is known, with errors that are drawn.
///
/// Errors are of the shape that was measured: most small, more above than below, one in eighty
/// without all measure.
final class SyntheticCluster {

  static final Framework TORCH = new Framework("pytorch", "2.15.0", "13.2");
  static final String GPU = "A100-40GB";

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final SplittableRandom random;
  private final double intercept;
  private final double slope;
  private int jobs;

  SyntheticCluster(long seed, double intercept, double slope) {
    this.random = new SplittableRandom(seed);
    this.intercept = intercept;
    this.slope = slope;
  }

  static PredictedPeak predicted(double mebibytes) {
    MemorySize size = PredictedPeak.bytes(mebibytes);
    return new PredictedPeak(size, size, MemorySize.ZERO);
  }

  static JobKind kind(String model) {
    return new JobKind(GPU, TORCH, model);
  }

  static Observation observation(
      String job, JobKind kind, Duration later, double predicted, double measured) {
    return new Observation(
        job,
        "1",
        START.plus(later),
        kind,
        predicted(predicted),
        Map.of(MeasuredSize.DEVICE, PredictedPeak.bytes(measured)));
  }

  /// Another job of another model, one an hour.
  Observation next() {
    jobs++;
    double predicted = Math.exp(random.nextDouble(Math.log(300), Math.log(30_000)));
    return observation(
        "job-" + jobs,
        kind("model-" + jobs),
        Duration.ofHours(jobs),
        predicted,
        measured(predicted));
  }

  private double measured(double predicted) {
    double scale = 10 + 0.022 * predicted;
    double error = random.nextGaussian() * scale;
    if (random.nextInt(8) == 0) {
      error = random.nextDouble(2, 6) * scale;
    }
    if (random.nextInt(80) == 0) {
      error = predicted;
    }
    return intercept + slope * predicted + error;
  }
}
