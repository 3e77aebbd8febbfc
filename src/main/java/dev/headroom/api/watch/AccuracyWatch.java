package dev.headroom.api.watch;

import dev.headroom.status.Histogram;
import java.util.List;
import java.util.Map;

/// How far this replica's predictions were from the peaks of jobs that ended: the histogram of
/// `headroom_prediction_error_ratio`.
public record AccuracyWatch() implements WatchedView {

  private static final String ALL = "all GPU models";

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
    return new Document(
        sources.header(), Map.of(ALL, Errors.of(sources.status().predictionErrors())));
  }
}
