package dev.headroom.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.Prior;
import dev.headroom.calibration.evaluation.Accuracy;
import dev.headroom.calibration.evaluation.Evaluation;
import dev.headroom.calibration.evaluation.FittedLine;
import dev.headroom.calibration.evaluation.MeasuredRun;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {

  private static final String HEADER =
      "learned from       median                               P90     bias  within P95  P95/P50"
          + " die at P95    judged";

  private final StringWriter out = new StringWriter();

  @Test
  void printsARowForEachNumberOfRunsThatWereLearned() {
    // Given a bar that is too long, half a one, and one that is too short
    Map<Integer, Accuracy> others = new LinkedHashMap<>();
    others.put(0, new Accuracy(0.3, 0.4, -0.25, 0.955, 1.5, 0.045, 1400));
    others.put(1, new Accuracy(0.06, 0.1, 0.01, 1, 1.25, 0, 12));
    others.put(
        3, new Accuracy(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0));
    Map<Integer, Accuracy> same = new LinkedHashMap<>();
    same.put(1, new Accuracy(0.001, 0.002, 0, 0.9, 1.1, 0.1, 3));
    same.put(2, new Accuracy(0.005, 0.002, 0, 0.9, 1.1, 0.1, 2));
    List<MeasuredRun> runs = List.of(run("V100", "vgg16", 1000, 3000), run("V100", "a", 500, 2400));

    // When
    print(runs, Map.of(MeasuredSize.DEVICE, new Evaluation(others, same)));

    // Then
    FittedLine line = FittedLine.of(runs, MeasuredSize.DEVICE);
    assertThat(out.toString().lines())
        .containsExactly(
            "",
            HEADER,
            "0 other jobs       30.00% ████████████████████████   40.00%  -25.00%       95.5%"
                + "     1.50       4.5%     1,400",
            "1 other job         6.00% ████████████               10.00%   +1.00%      100.0%"
                + "     1.25       0.0%        12",
            "3 other jobs            –",
            "1 own run           0.10% █                           0.20%   +0.00%       90.0%"
                + "     1.10      10.0%         3",
            "2 own runs          0.50% █                           0.20%   +0.00%       90.0%"
                + "     1.10      10.0%         2",
            "",
            "Of 200 random orders, seed 7. The device's peak; errors are of what was measured.",
            String.format(
                Locale.ROOT,
                "V100, the line through all rows: %,.0f MiB + %.3f × reserved %+.2f × largest"
                    + " convolution, median error %.2f%%",
                line.coefficients().intercept(),
                line.coefficients().slope(),
                line.coefficients().workspaces(),
                100 * line.residual()));
  }

  @Test
  void eachGpuHasItsOwnTableBeforeThatOfAll() {
    // Given
    List<MeasuredRun> runs =
        List.of(
            run("V100", "vgg16", 1000, 3000),
            run("K80", "vgg16", 500, 900),
            run("K80", "resnet18", 500, 900));

    // When
    print(runs, Map.of(MeasuredSize.DEVICE, of(runs, MeasuredSize.DEVICE)));

    // Then
    assertThat(out.toString())
        .startsWith("\nK80\n" + HEADER + "\n0 other jobs ")
        .contains("\n\nV100\n" + HEADER + "\n", "\n\nAll GPUs\n" + HEADER + "\n")
        .contains("\nK80, the line", "\nV100, the line");
    List<String> judged =
        out.toString().lines().filter(line -> line.startsWith("0 other jobs")).toList();
    assertThat(judged).hasSize(3);
    assertThat(judged.get(0)).endsWith(" 400");
    assertThat(judged.get(1)).endsWith(" 200");
    assertThat(judged.get(2)).endsWith(" 600");
  }

  /// The device's section is as where nothing else was measured.
  @Test
  void eachOtherSizeHasItsTablesAndLinesBehindThoseOfTheDevice() {
    // Given
    List<MeasuredRun> runs =
        List.of(run("V100", "vgg16", 1000, 3000), run("V100", "resnet18", 500, 2400));
    print(runs, Map.of(MeasuredSize.DEVICE, of(runs, MeasuredSize.DEVICE)));
    String device = out.toString();
    out.getBuffer().setLength(0);
    List<MeasuredRun> more =
        runs.stream()
            .map(
                run ->
                    new MeasuredRun(
                        run.kind(),
                        run.batch(),
                        run.predicted(),
                        Map.of(
                            MeasuredSize.DEVICE,
                            Objects.requireNonNull(run.measured().get(MeasuredSize.DEVICE)),
                            MeasuredSize.ALLOCATED,
                            run.predicted().allocated())))
            .toList();
    Map<MeasuredSize, Evaluation> evaluations = new LinkedHashMap<>();
    evaluations.put(MeasuredSize.DEVICE, of(more, MeasuredSize.DEVICE));
    evaluations.put(MeasuredSize.ALLOCATED, of(more, MeasuredSize.ALLOCATED));

    // When
    print(more, evaluations);

    // Then
    assertThat(out.toString()).startsWith(device);
    assertThat(out.toString().substring(device.length()))
        .startsWith("\nallocated\n" + HEADER + "\n0 other jobs ")
        .contains("\nOf 200 random orders, seed 7. The allocated peak; errors are of what was")
        .containsPattern(
            "\nV100, the line through all rows: -?\\d+ MiB \\+ [01]\\.\\d+ × allocated [+-]");
  }

  private void print(List<MeasuredRun> runs, Map<MeasuredSize, Evaluation> evaluations) {
    new EvaluationReport(new PrintWriter(out), Prior.UNKNOWN_GPU, 200, 7).print(runs, evaluations);
  }

  private static Evaluation of(List<MeasuredRun> runs, MeasuredSize size) {
    return Evaluation.of(runs, size, Prior.UNKNOWN_GPU, 200, 7);
  }

  private static MeasuredRun run(String gpu, String network, long reserved, long measured) {
    return new MeasuredRun(
        new JobKind(gpu, Framework.UNKNOWN, network),
        4,
        new PredictedPeak(
            MemorySize.ofMebibytes(reserved),
            MemorySize.ofMebibytes(reserved),
            MemorySize.ofMebibytes(10)),
        Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(measured)));
  }
}
