package dev.headroom.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.calibration.evaluation.FittedLine;
import dev.headroom.calibration.evaluation.MeasuredRun;
import dev.headroom.calibration.regression.Coefficients;
import dev.headroom.memory.MemorySize;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is expected of 52 training runs beside what an H100 showed, without any history.
class RecordedRunsTest {

  private static final String GPU = "H100-80GB";
  private static final Map<RecordedRun, PredictedPeak> PREDICTED = predicted();

  private final Calibration calibration = new History(Prior.BUILT_IN).calibration();

  private static Map<RecordedRun, PredictedPeak> predicted() {
    Map<RecordedRun, PredictedPeak> predicted = new LinkedHashMap<>();
    RecordedRun.all().forEach(run -> predicted.put(run, run.predicted()));
    return predicted;
  }

  @Test
  void thereAreFiftyTwo() {
    assertThat(PREDICTED).hasSize(52);
  }

  /// How far P50 is from what was measured: of half the runs, nine of ten, and the worst. And how
  /// many runs stay within P95: of reserved memory not nineteen of twenty, for cuDNN chooses.
  @ParameterizedTest
  @CsvSource({
    "ALLOCATED, 0.005, 0.02, 0.05, 50",
    "RESERVED, 0.013, 0.08, 0.2, 48",
    "PROCESS, 0.015, 0.05, 0.13, 52",
    "DEVICE, 0.01, 0.05, 0.13, 52",
  })
  void whatIsExpectedIsNear(
      MeasuredSize size, double half, double mostRuns, double worst, long least) {
    // When
    double[] errors =
        sorted(run -> Math.abs(forecast(run, size).p50().bytes() / bytes(run, size) - 1));
    long within =
        PREDICTED.keySet().stream()
            .filter(run -> run.measured(size).compareTo(forecast(run, size).p95()) <= 0)
            .count();

    // Then
    System.out.printf(
        "| %s | %.2f %% | %.2f %% | %.2f %% | %d of 52 |%n",
        size.wireName(), 100 * errors[26], 100 * errors[46], 100 * errors[51], within);
    assertThat(errors[26]).isLessThan(half);
    assertThat(errors[46]).isLessThan(mostRuns);
    assertThat(errors[51]).isLessThan(worst);
    assertThat(within).isGreaterThanOrEqualTo(least);
  }

  /// Of the smallest runs, the P95 of a GPU that nobody measured is more than twice as much.
  @Test
  void theDevicesP95IsAThirdAboveAtMost() {
    double[] above = above(calibration);
    double[] unknown = above(new History(Prior.UNKNOWN_GPU).calibration());
    System.out.printf("P95: %.0f %%, at most %.0f %% above%n", 100 * above[26], 100 * above[51]);
    assertThat(above[26]).isLessThan(0.2);
    assertThat(above[51]).isLessThan(0.34);
    assertThat(unknown[51]).isGreaterThan(1);
  }

  private static double[] above(Calibration calibration) {
    return sorted(
        run ->
            forecast(calibration, run, MeasuredSize.DEVICE).p95().bytes()
                    / bytes(run, MeasuredSize.DEVICE)
                - 1);
  }

  /// The prior's lines are those that evaluate prints for these runs.
  @ParameterizedTest
  @EnumSource(MeasuredSize.class)
  void thePriorIsTheLineThroughAllRuns(MeasuredSize size) {
    Coefficients fitted = FittedLine.of(runs(), size).coefficients();
    Coefficients believed = Prior.BUILT_IN.belief(GPU, size).mean();
    double idle = size == MeasuredSize.PROCESS ? PredictedPeak.mebibytes(RecordedRun.IDLE) : 0;
    assertThat(fitted.intercept()).isCloseTo(believed.intercept() - idle, within(1.5));
    assertThat(fitted.slope()).isCloseTo(believed.slope(), within(0.002));
    assertThat(fitted.workspaces()).isCloseTo(believed.workspaces(), within(0.02));
  }

  /// Beside its allocator's segments a process holds the same, whatever it trains.
  @Test
  void whatAProcessHoldsBesideReservedIsTheSameOfAllNetworks() {
    assertThat(PREDICTED.keySet())
        .allSatisfy(
            run ->
                assertThat(PredictedPeak.mebibytes(run.process().minusOrZero(run.reserved())))
                    .isBetween(742.0, 762.0));
  }

  private static List<MeasuredRun> runs() {
    return PREDICTED.entrySet().stream()
        .map(
            entry -> {
              RecordedRun run = entry.getKey();
              var measured = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
              for (MeasuredSize size : MeasuredSize.values()) {
                measured.put(size, run.measured(size));
              }
              return new MeasuredRun(
                  kind(run), run.config().setup().batchSize(), entry.getValue(), measured);
            })
        .toList();
  }

  private Forecast forecast(RecordedRun run, MeasuredSize size) {
    return forecast(calibration, run, size);
  }

  private static Forecast forecast(Calibration calibration, RecordedRun run, MeasuredSize size) {
    return calibration.forecast(kind(run), Objects.requireNonNull(PREDICTED.get(run)), size);
  }

  private static JobKind kind(RecordedRun run) {
    return new JobKind(GPU, run.config().framework(), run.config().model());
  }

  private static double bytes(RecordedRun run, MeasuredSize size) {
    return run.measured(size).bytes();
  }

  private static double[] sorted(ToDoubleFunction<RecordedRun> value) {
    return PREDICTED.keySet().stream().mapToDouble(value).sorted().toArray();
  }
}
