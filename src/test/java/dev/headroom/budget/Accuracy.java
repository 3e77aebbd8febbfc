package dev.headroom.budget;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// How many runs of a folder of references are predicted exactly: all ten figures of a run.
///
/// These are seven sums (parameters, their bytes, buffers, gradients, optimizer state, saved
/// tensors, what lives after the forward pass) and three peaks (tensors, allocated, reserved).
/// Under autocast the peaks may differ by 2 MiB: PyTorch releases its half copies of the weights in
/// the order of a hash map over addresses, which changes from process to process.
record Accuracy(List<Result> results) {

  private static final long AUTOCAST_SLACK = 2L << 20;

  Accuracy {
    results = List.copyOf(results);
  }

  /// One run.
  ///
  /// @param kind float32 training, autocast or inference
  /// @param told what differs, or why there is no prediction
  /// @param off the largest relative error of its ten figures; 1 if there is no prediction
  record Result(
      String title, String kind, String told, boolean exact, double off, Confidence confidence) {

    boolean saysExact() {
      return confidence == Confidence.EXACT;
    }

    private static Result of(GoldenReferences.Run run, Prediction prediction) {
      return switch (prediction) {
        case Unsupported it -> refused(run.network(), run.setup(), it.reasons().toString());
        case Budget budget -> {
          FigureDifference difference = FigureDifference.of(run, budget);
          yield new Result(
              run.title(),
              kind(run.setup()),
              difference.text(),
              difference.isWithin(run.isAutocast() ? AUTOCAST_SLACK : 0),
              difference.figures().keySet().stream()
                  .mapToDouble(difference::off)
                  .max()
                  .orElseThrow(),
              budget.confidence());
        }
      };
    }

    private static Result refused(String network, JsonNode setup, String why) {
      return new Result(
          network + " " + setup, kind(setup), " " + why, false, 1, Confidence.UNSUPPORTED);
    }

    private static String kind(JsonNode setup) {
      return setup.path("mode").asText().equals("training")
          ? "training, " + setup.path("precision").path("autocast").asText("float32")
          : "inference";
    }
  }

  /// Every run of every reference in a folder.
  static Accuracy of(Predictor predictor, Path folder) {
    return new Accuracy(
        GoldenReferences.networks(folder).stream()
            .flatMap(network -> results(predictor, folder, network))
            .toList());
  }

  private static Stream<Result> results(Predictor predictor, Path folder, String network) {
    List<GoldenReferences.Run> runs;
    try {
      runs = GoldenReferences.runs(folder, network);
    } catch (IllegalArgumentException e) {
      return GoldenReferences.setups(folder, network).stream()
          .map(setup -> Result.refused(network, setup, String.valueOf(e.getMessage())));
    }
    return runs.stream().map(run -> Result.of(run, predictor.predict(run.config())));
  }

  /// Of all runs.
  double exactShare() {
    return share(results);
  }

  /// Of the runs that say `exact`; 1 if none does.
  double earnedShare() {
    return share(results.stream().filter(Result::saysExact).toList());
  }

  double worst() {
    return results.stream().mapToDouble(Result::off).max().orElse(0);
  }

  /// A Markdown table, one row a kind of run and one for all.
  String table() {
    var text = new StringBuilder();
    text.append("| runs | number | exact | worst | say `exact` | of those exact |\n");
    text.append("|---|---:|---:|---:|---:|---:|\n");
    results.stream()
        .map(Result::kind)
        .distinct()
        .sorted()
        .forEach(
            kind ->
                text.append(
                    row(kind, results.stream().filter(it -> it.kind().equals(kind)).toList())));
    return text.append(row("all", results)).toString();
  }

  /// Each run that is not exact, the worst first.
  List<String> misses() {
    return results.stream()
        .filter(it -> !it.exact())
        .sorted(Comparator.comparingDouble(Result::off).reversed())
        .map(it -> it.title() + (it.saysExact() ? ", says exact:" : ":") + it.told())
        .toList();
  }

  private static String row(String kind, List<Result> results) {
    List<Result> claimed = results.stream().filter(Result::saysExact).toList();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d (%.1f %%) | %.2f %% | %d | %d (%.1f %%) |%n",
        kind,
        results.size(),
        exact(results),
        100 * share(results),
        100 * results.stream().mapToDouble(Result::off).max().orElse(0),
        claimed.size(),
        exact(claimed),
        100 * share(claimed));
  }

  private static long exact(List<Result> results) {
    return results.stream().filter(Result::exact).count();
  }

  private static double share(List<Result> results) {
    return results.isEmpty() ? 1 : exact(results) / (double) results.size();
  }
}
