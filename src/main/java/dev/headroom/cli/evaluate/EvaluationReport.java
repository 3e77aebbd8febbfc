package dev.headroom.cli.evaluate;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.calibration.evaluation.Accuracy;
import dev.headroom.calibration.evaluation.Evaluation;
import dev.headroom.calibration.evaluation.FittedLine;
import dev.headroom.calibration.evaluation.MeasuredRun;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/// Evaluations for people.
///
/// @param orders see [Evaluation], as of prior and seed
record EvaluationReport(PrintWriter out, Prior prior, int orders, long seed) {

  private static final int WIDEST_BAR = 24;

  /// A bar of this length is so large an error.
  private static final double LARGEST = 0.12;

  void print(List<MeasuredRun> runs, Map<MeasuredSize, Evaluation> evaluations) {
    evaluations.forEach((size, all) -> print(runs, size, all));
  }

  private void print(List<MeasuredRun> runs, MeasuredSize size, Evaluation all) {
    Map<String, List<MeasuredRun>> byGpu = new TreeMap<>();
    for (MeasuredRun run : runs) {
      if (run.has(size)) {
        byGpu.computeIfAbsent(run.kind().gpuModel(), _ -> new ArrayList<>()).add(run);
      }
    }
    if (byGpu.size() > 1) {
      byGpu.forEach((gpu, own) -> table(gpu, size, Evaluation.of(own, size, prior, orders, seed)));
      table("All GPUs", size, all);
    } else {
      table("", size, all);
    }
    line("");
    line(
        "Of %d random orders, seed %d. The %s peak; errors are of what was measured.",
        orders, seed, whose(size));
    byGpu.forEach((gpu, own) -> fitted(gpu, size, FittedLine.of(own, size)));
  }

  /// The device's table is the usual one; that of another size says so.
  private void table(String gpu, MeasuredSize size, Evaluation evaluation) {
    var title = new StringJoiner(", ");
    if (!gpu.isEmpty()) {
      title.add(gpu);
    }
    if (size != MeasuredSize.DEVICE) {
      title.add(size.wireName());
    }
    line("");
    if (title.length() > 0) {
      line("%s", title);
    }
    table(evaluation);
  }

  private static String whose(MeasuredSize size) {
    return size == MeasuredSize.DEVICE ? "device's" : size.wireName();
  }

  private void table(Evaluation evaluation) {
    line(
        "%-16s %8s %-" + WIDEST_BAR + "s %8s %8s %11s %8s %9s %9s",
        "learned from",
        "median",
        "",
        "P90",
        "bias",
        "within P95",
        "P95/P50",
        "die at P95",
        "judged");
    evaluation.otherJobs().forEach((jobs, own) -> row(counted(jobs, "other job"), own));
    evaluation.sameModel().forEach((runs, own) -> row(counted(runs, "own run"), own));
  }

  private void row(String name, Accuracy accuracy) {
    if (accuracy.runs() == 0) {
      line("%-16s %8s", name, "–");
      return;
    }
    line(
        "%-16s %7.2f%% %-" + WIDEST_BAR + "s %7.2f%% %+7.2f%% %10.1f%% %8.2f %9.1f%% %,9d",
        name,
        100 * accuracy.median(),
        bar(accuracy.median()),
        100 * accuracy.p90(),
        100 * accuracy.bias(),
        100 * accuracy.p95Coverage(),
        accuracy.width(),
        100 * accuracy.cappedFailures(),
        accuracy.runs());
  }

  private void fitted(String gpu, MeasuredSize size, FittedLine line) {
    line(
        "%s, the line through all rows: %,.0f MiB + %.3f × %s %+.2f × largest convolution,"
            + " median error %.2f%%",
        gpu,
        line.coefficients().intercept(),
        line.coefficients().slope(),
        size == MeasuredSize.ALLOCATED ? size.wireName() : MeasuredSize.RESERVED.wireName(),
        line.coefficients().workspaces(),
        100 * line.residual());
  }

  private static String counted(int number, String what) {
    return "%d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  private static String bar(double error) {
    return "█".repeat(Math.clamp(Math.round(error / LARGEST * WIDEST_BAR), 1, WIDEST_BAR));
  }

  // The annotation that the check asks for is not on our class path.
  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
