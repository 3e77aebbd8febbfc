package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What an H100 showed of training networks, beside what is predicted with its kernels.
class MeasuredKernelsTest {

  /// cuBLAS has a handle for the thread of the forward pass and one for that of the backward pass;
  /// on Hopper PyTorch gives each 32 MiB.
  private static final long CUBLAS = 2 * (32L << 20);

  private static final String HEAD =
      """
      | network | batch | precision | measured | predicted | more | a convolution's workspace at the peak |
      |---|---:|---|---:|---:|---:|---:|
      """;

  /// Rounding, and what sums stage on 132 multiprocessors beyond what they do on the A100's 108.
  private static final double NOISE = 0.009;

  static List<Map<String, String>> runs() {
    return MeasuredH100.rows("traced.csv");
  }

  @Test
  void thereAreFiftyTwoRuns() {
    assertThat(runs()).hasSize(52);
  }

  /// cuDNN's workspaces are not predicted: a run may hold as much more as they take at its peak.
  @ParameterizedTest
  @MethodSource("runs")
  void onlyConvolutionsHoldMore(Map<String, String> run) {
    // Given
    double measured = bytes(run, "allocated");
    // When
    double more = measured - predicted(run);
    // Then
    assertThat(more).isBetween(-NOISE * measured, workspaces(run) + NOISE * measured);
  }

  /// `-Dheadroom.documents=write` writes the table.
  @Test
  void theTableIsThatOfTheRuns() throws IOException {
    // Given
    Path document = MeasuredH100.FOLDER.resolve("README.md");
    String text = Files.readString(document);
    int from = text.indexOf(HEAD);
    // When
    String written = text.substring(0, from) + HEAD + rows();
    // Then
    if ("write".equals(System.getProperty("headroom.documents"))) {
      Files.writeString(document, written);
    }
    assertThat(Files.readString(document)).isEqualTo(written);
  }

  private static String rows() {
    var rows = new StringBuilder();
    runs().stream()
        .sorted(
            Comparator.comparing((Map<String, String> run) -> run.getOrDefault("model", ""))
                .thenComparing(run -> run.getOrDefault("precision", ""))
                .thenComparing(run -> bytes(run, "batch")))
        .forEach(run -> rows.append(row(run)));
    return rows.toString();
  }

  private static String row(Map<String, String> run) {
    long measured = bytes(run, "allocated");
    long predicted = predicted(run);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %,d | %,d | %+.2f %% | %s |%n",
        run.get("model"),
        run.get("batch"),
        run.get("precision"),
        measured,
        predicted,
        100.0 * (measured - predicted) / measured,
        workspaces(run) == 0 ? "" : String.format(Locale.ROOT, "%,d", workspaces(run)));
  }

  /// What cuDNN holds for a convolution at the peak.
  private static long workspaces(Map<String, String> run) {
    return run.getOrDefault("held_by", "").contains("aten::convolution_backward:")
        ? bytes(run, "temporaries_at_peak")
        : 0;
  }

  private static long predicted(Map<String, String> run) {
    Peak peak =
        ((Budget) new Predictor(new KnownOverheads()).predict(MeasuredH100.config(run))).peak();
    return CUBLAS + peak.allocated().bytes() + peak.kernelTemporaries().allocated().bytes();
  }

  private static long bytes(Map<String, String> run, String column) {
    return Long.parseLong(run.getOrDefault(column, ""));
  }
}
