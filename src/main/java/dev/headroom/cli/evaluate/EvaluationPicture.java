package dev.headroom.cli.evaluate;

import dev.headroom.calibration.evaluation.Accuracy;
import dev.headroom.calibration.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// An evaluation as SVG: errors above, the share within P95 below, over what was learned.
final class EvaluationPicture {

  private static final int LEFT = 64;
  private static final int STEP = 84;
  private static final int ERRORS_TOP = 76;
  private static final int ERRORS_BOTTOM = 316;
  private static final int COVERAGE_TOP = 404;
  private static final int COVERAGE_BOTTOM = 484;
  private static final double LEAST_COVERAGE = 0.85;
  private static final double PROMISED = 0.95;

  private final StringBuilder svg = new StringBuilder();
  private final List<Accuracy> columns = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final int others;
  private final double largest;

  private EvaluationPicture(Evaluation evaluation) {
    add(evaluation.otherJobs(), "");
    others = columns.size();
    add(evaluation.sameModel(), "own run");
    double most = columns.stream().mapToDouble(Accuracy::p90).max().orElse(0);
    largest = Math.max(0.05, Math.ceil(most * 20) / 20);
  }

  private void add(Map<Integer, Accuracy> accuracies, String what) {
    accuracies.forEach(
        (count, accuracy) -> {
          if (accuracy.runs() > 0) {
            columns.add(accuracy);
            names.add(
                what.isEmpty()
                    ? String.valueOf(count)
                    : "%d %s%s".formatted(count, what, count == 1 ? "" : "s"));
          }
        });
  }

  static String of(Evaluation evaluation) {
    return new EvaluationPicture(evaluation).drawn();
  }

  private String drawn() {
    int width = LEFT + STEP * columns.size() + 24;
    put(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 520" font-family="sans-serif" \
        font-size="13" fill="#334155">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        <text x="%d" y="30" font-size="17" fill="#0f172a">Predicted device memory beside measured</text>
        <text x="%d" y="52">error of the median prediction; nine of ten are within the pale area</text>
        """,
        width, LEFT, LEFT);
    grid(width);
    area();
    curve(Accuracy::p90, "#93c5fd", 1.5);
    curve(Accuracy::median, "#1d4ed8", 2.5);
    for (int i = 0; i < columns.size(); i++) {
      column(i);
    }
    put(
        """
        <text x="%d" y="354">learned from so many jobs of other models</text>
        <text x="%d" y="%d">share of runs within P95 (19 of 20 are promised)</text>
        <line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#f59e0b" stroke-dasharray="5 4"/>
        <text x="%d" y="%.1f" text-anchor="end">95 %%</text>
        </svg>
        """,
        LEFT,
        LEFT,
        COVERAGE_TOP - 8,
        LEFT,
        width - 16,
        coverageY(PROMISED),
        coverageY(PROMISED),
        LEFT - 8,
        coverageY(PROMISED) + 4);
    return svg.toString();
  }

  private void grid(int width) {
    int lines = (int) Math.round(largest / 0.05);
    for (int i = 0; i <= lines; i++) {
      double y = errorY(i * 0.05);
      put(
          """
          <line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#e2e8f0"/>
          <text x="%d" y="%.1f" text-anchor="end">%d %%</text>
          """,
          LEFT, width - 16, y, y, LEFT - 8, y + 4, 5 * i);
    }
  }

  private void area() {
    var points = new StringBuilder();
    for (int i = 0; i < others; i++) {
      points.append(point(i, errorY(columns.get(i).p90())));
    }
    for (int i = others - 1; i >= 0; i--) {
      points.append(point(i, ERRORS_BOTTOM));
    }
    put("<polygon points=\"%s\" fill=\"#dbeafe\" opacity=\"0.6\"/>\n", points);
  }

  private void curve(ToDoubleFunction<Accuracy> value, String colour, double width) {
    var points = new StringBuilder();
    for (int i = 0; i < others; i++) {
      points.append(point(i, errorY(value.applyAsDouble(columns.get(i)))));
    }
    put(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%.1f\"/>\n",
        points, colour, width);
  }

  private void column(int i) {
    Accuracy accuracy = columns.get(i);
    double x = x(i);
    double median = errorY(accuracy.median());
    double p90 = errorY(accuracy.p90());
    double top = coverageY(Math.max(LEAST_COVERAGE, accuracy.p95Coverage()));
    put(
        """
        <line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="#93c5fd"/>
        <circle cx="%.1f" cy="%.1f" r="4.5" fill="#1d4ed8"/>
        <text x="%.1f" y="%.1f" fill="#1d4ed8" font-weight="bold">%.1f %%</text>
        <text x="%.1f" y="%.1f" fill="#3b82f6">%.0f %%</text>
        <text x="%.1f" y="334" text-anchor="middle">%s</text>
        <rect x="%.1f" y="%.1f" width="40" height="%.1f" fill="#a7f3d0"/>
        <text x="%.1f" y="502" text-anchor="middle">%.1f %%</text>
        """,
        x,
        x,
        median,
        p90,
        x,
        median,
        x + 8,
        median - 6,
        100 * accuracy.median(),
        x + 8,
        p90 - 4,
        100 * accuracy.p90(),
        x,
        names.get(i),
        x - 20,
        top,
        COVERAGE_BOTTOM - top,
        x,
        100 * accuracy.p95Coverage());
  }

  private static String point(int i, double y) {
    return String.format(Locale.ROOT, "%.1f,%.1f ", x(i), y);
  }

  private static double x(int i) {
    return LEFT + STEP * (i + 0.5);
  }

  private double errorY(double error) {
    return ERRORS_BOTTOM - error / largest * (ERRORS_BOTTOM - ERRORS_TOP);
  }

  private static double coverageY(double coverage) {
    double part = (coverage - LEAST_COVERAGE) / (1 - LEAST_COVERAGE);
    return COVERAGE_BOTTOM - part * (COVERAGE_BOTTOM - COVERAGE_TOP);
  }

  // The annotation that the check asks for is not on our class path.
  @SuppressWarnings("AnnotateFormatMethod")
  private void put(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
