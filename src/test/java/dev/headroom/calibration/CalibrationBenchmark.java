package dev.headroom.calibration;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What learning a year's history costs, and what a forecast does then. `docs/accuracy.md` has the
/// command and figures.
public final class CalibrationBenchmark {

  private static final int SUMMARIES = 100_000;
  private static final int NETWORKS = 6000;

  private CalibrationBenchmark() {}

  @SuppressWarnings("SystemOut") // its answer
  public static void main(String[] arguments) {
    remember();
    List<Observation> all = summaries().toList();
    for (int round = 0; round < 5; round++) {
      long start = cpuNanos();
      var history = new History(Prior.BUILT_IN);
      all.forEach(history::learn);
      Calibration calibration = history.calibration();
      long learned = cpuNanos();
      double sum = 0;
      for (Observation job : all) {
        Forecast forecast = calibration.forecast(job.kind(), job.predicted(), MeasuredSize.DEVICE);
        sum += forecast.p95().bytes() + forecast.probabilityAbove(forecast.p50());
      }
      long answered = cpuNanos();
      System.out.printf(
          Locale.ROOT,
          "%,d summaries learned in %d ms of CPU; P50, P95 and a probability in %.1f µs (%.3g)%n",
          SUMMARIES,
          (learned - start) / 1_000_000,
          (answered - learned) / 1e3 / SUMMARIES,
          sum);
    }
  }

  /// What stays alive when the summaries themselves are gone.
  @SuppressWarnings("SystemOut") // its answer
  private static void remember() {
    long before = used();
    var history = new History(Prior.BUILT_IN);
    summaries().forEach(history::learn);
    int jobs = history.calibration().knowledge(SyntheticCluster.kind("model-1")).jobs();
    System.out.printf(
        Locale.ROOT,
        "%.1f MB alive, with %d jobs of one GPU model%n",
        (used() - before) / 1e6,
        jobs);
    history.learn(summaries().findFirst().orElseThrow());
  }

  /// Of three networks in a row one runs on another GPU model.
  private static Stream<Observation> summaries() {
    var cluster = new SyntheticCluster(1, 1200, 1.02);
    return IntStream.range(0, SUMMARIES)
        .mapToObj(
            i -> {
              Observation drawn = cluster.next();
              JobKind kind =
                  new JobKind(
                      i % 3 == 0 ? "H100" : SyntheticCluster.GPU,
                      SyntheticCluster.TORCH,
                      "model-" + i % NETWORKS);
              return new Observation(
                  drawn.job(),
                  drawn.run(),
                  drawn.settled(),
                  kind,
                  drawn.predicted(),
                  drawn.measured());
            });
  }

  /// Of this thread: what else runs on the machine disturbs it less than the clock.
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
