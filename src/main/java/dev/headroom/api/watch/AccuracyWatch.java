package dev.headroom.api.watch;

import dev.headroom.status.Histogram;
import dev.headroom.status.PredictionRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How far predictions were from what settled jobs held, by GPU model and size: the histograms of
/// `headroom_prediction_error_ratio`, of the jobs that this replica owned since it started.
public record AccuracyWatch() implements WatchedView {

  record Document(HeaderView header, Map<String, Errors> models) {}

  /// @param bounds upper bounds of all buckets but the last, (measured − P50) / P50
  /// @param counts of each bucket alone
  /// @param withinP95 jobs that held at most P95
  record Errors(List<Double> bounds, List<Long> counts, long jobs, double mean, long withinP95) {

    private static Errors of(PredictionRecord.Score score) {
      Histogram errors = score.errors();
      long jobs = errors.counts().stream().mapToLong(Long::longValue).sum();
      double mean = jobs == 0 ? 0 : errors.sum() / jobs;
      return new Errors(errors.bounds(), errors.counts(), jobs, mean, score.withinP95());
    }
  }

  @Override
  public Object document(WatchSources sources) {
    Map<String, Errors> models = new TreeMap<>();
    for (PredictionRecord.Score score : sources.status().predictions()) {
      models.put(name(score.group()), Errors.of(score));
    }
    return new Document(sources.header(), models);
  }

  private static String name(PredictionRecord.Group group) {
    String gpu = group.gpuModel().isEmpty() ? "GPU model unknown" : group.gpuModel();
    String framework = group.framework().isEmpty() ? "" : ", " + group.framework();
    return "%s: %s%s".formatted(gpu, group.size(), framework);
  }
}
