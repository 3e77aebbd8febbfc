package dev.headroom.api.watch;

import dev.headroom.status.Histogram;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How far this replica's predictions were from the peaks of jobs that ended, by GPU model: the
/// histograms of `headroom_prediction_error_ratio`.
public record AccuracyWatch() implements WatchedView {

  record Document(HeaderView header, Map<String, Errors> models) {}

  /// @param bounds upper bounds of all buckets but the last, (measured − predicted) / predicted
  /// @param counts of each bucket alone
  record Errors(List<Double> bounds, List<Long> counts, long jobs, double mean) {

    private static Errors of(Histogram histogram) {
      long jobs = histogram.counts().stream().mapToLong(Long::longValue).sum();
      return new Errors(
          histogram.bounds(), histogram.counts(), jobs, jobs == 0 ? 0 : histogram.sum() / jobs);
    }
  }

  @Override
  public Object document(WatchSources sources) {
    Map<String, Errors> models = new TreeMap<>();
    sources
        .status()
        .predictionErrors()
        .forEach((model, histogram) -> models.put(model, Errors.of(histogram)));
    return new Document(sources.header(), models);
  }
}
