package dev.headroom.metrics;

import dev.headroom.ledger.LimitKind;
import dev.headroom.ledger.RefusalCounts;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.MetricFamily.Kind;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.SeriesWriter;
import dev.headroom.status.Histogram;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Every metric of the monitor itself, beside those of the JVM and of HTTP: name, unit, help and
/// labels.
final class MonitorFamilies {

  /// The monitor at one instant.
  ///
  /// @param jobs of our own, by state
  /// @param omitted series that the limit left out
  record Row(
      Build build,
      IngestStatus status,
      Map<JobStatus, Long> jobs,
      long conflicts,
      RefusalCounts refused,
      long omitted) {}

  /// What is running.
  record Build(String version, String revision) {}

  /// The one that needs every job to be looked at.
  static final String JOBS = "headroom_jobs";

  private static final Comparator<IngestStatus.TopicPartition> BY_TOPIC =
      Comparator.comparing(IngestStatus.TopicPartition::topic)
          .thenComparing(IngestStatus.TopicPartition::partition);

  static final List<MetricFamily<Row>> ALL =
      List.of(
          new MetricFamily<>(
              "headroom_build_info",
              Kind.INFO,
              "",
              "What is running.",
              (row, lines) ->
                  lines.add(
                      RenderedLabels.only(
                          "version", row.build().version(), "revision", row.build().revision()),
                      1)),
          counter(
              "headroom_received_records_total",
              "Records that came in; as many as met all outcomes but restored.",
              (row, lines) ->
                  row.status()
                      .received()
                      .forEach((topic, n) -> lines.add(RenderedLabels.only("topic", topic), n))),
          counter(
              "headroom_records_total",
              "Records by what became of them; restored are jobs taken over from another replica.",
              (row, lines) -> {
                for (IngestStatus.OutcomeCount count : row.status().outcomeCounts()) {
                  lines.add(
                      RenderedLabels.only(
                          "topic", count.topic(), "outcome", count.outcome().wireName()),
                      count.records());
                }
              }),
          new MetricFamily<>(
              "headroom_ingest_delay_seconds",
              Kind.HISTOGRAM,
              "seconds",
              "From the time of a sample to the time at which it was folded.",
              (row, lines) -> histogram(row.status().delays(), lines)),
          gauge(
              "headroom_consumer_lag_records",
              "records",
              "Records that wait in a partition that is ours.",
              (row, lines) ->
                  row.status().lags().entrySet().stream()
                      .sorted(Map.Entry.comparingByKey(BY_TOPIC))
                      .forEach(lag -> lines.add(partition(lag.getKey()), lag.getValue()))),
          counter(
              "headroom_dead_letters_total",
              "Records that were refused: forwarded to the dead letters, or withheld because there"
                  + " were too many at a time.",
              (row, lines) -> {
                lines.add(
                    RenderedLabels.only("outcome", "forwarded"),
                    row.status().forwardedDeadLetters());
                lines.add(
                    RenderedLabels.only("outcome", "withheld"), row.status().withheldDeadLetters());
              }),
          counter(
              "headroom_irregular_records_total",
              "Records that were taken although something is amiss: a sample on another partition"
                  + " than Kafka's Java client chooses, or a producer's clock ahead of ours.",
              (row, lines) ->
                  row.status()
                      .irregular()
                      .forEach(
                          (kind, n) -> lines.add(RenderedLabels.only("kind", kind.wireName()), n))),
          counter(
              "headroom_refused_total",
              "What a bound of the ledger refused to take in.",
              (row, lines) -> {
                lines.add(
                    RenderedLabels.only("bound", LimitKind.JOBS.wireName()), row.refused().jobs());
                lines.add(
                    RenderedLabels.only("bound", LimitKind.PLACEMENTS.wireName()),
                    row.refused().placements());
                lines.add(
                    RenderedLabels.only("bound", LimitKind.REGISTRATIONS.wireName()),
                    row.refused().registrations());
                lines.add(
                    RenderedLabels.only("bound", LimitKind.GPUS.wireName()), row.refused().gpus());
              }),
          gauge(
              JOBS,
              "",
              "Jobs that are ours, by state.",
              (row, lines) ->
                  row.jobs()
                      .forEach((s, n) -> lines.add(RenderedLabels.only("state", s.wireName()), n))),
          counter(
              "headroom_job_conflicts_total",
              "Samples that showed a job's name in use at two places.",
              (row, lines) -> lines.add(RenderedLabels.BARE, row.conflicts())),
          new MetricFamily<>(
              "headroom_prediction_error_ratio",
              Kind.HISTOGRAM,
              "ratio",
              "Measured minus predicted peak by the predicted one, of jobs that have settled; the"
                  + " prediction was made before they were learned from.",
              (row, lines) -> row.status().predictions().forEach(it -> errors(it, lines))),
          counter(
              "headroom_predictions_total",
              "Predictions of jobs that have settled, by whether the measured peak was at most P95."
                  + " A job capped there dies of what is above.",
              (row, lines) -> row.status().predictions().forEach(it -> predictions(it, lines))),
          gauge(
              "headroom_ready",
              "",
              "1 if this replica says that it is ready.",
              (row, lines) ->
                  lines.add(RenderedLabels.BARE, row.status().notReadyReason().isEmpty() ? 1 : 0)),
          gauge(
              "headroom_omitted_series",
              "",
              "Series that headroom.metrics.max-series left out of this scrape; whole jobs and GPUs.",
              (row, lines) -> lines.add(RenderedLabels.BARE, row.omitted())));

  /// The last family of all, once everything else is counted.
  static final MetricFamily<Long> EXPOSED =
      new MetricFamily<>(
          "headroom_exposed_series",
          Kind.GAUGE,
          "",
          "Series of this scrape, this one included.",
          (series, lines) -> lines.add(RenderedLabels.BARE, series));

  private MonitorFamilies() {}

  private static RenderedLabels partition(IngestStatus.TopicPartition partition) {
    return RenderedLabels.only(
        "topic", partition.topic(), "partition", Integer.toString(partition.partition()));
  }

  /// A histogram with buckets below zero has no `_sum`, for it could fall, and so no `_count`
  /// (OpenMetrics 1.0, "Histogram").
  private static void errors(PredictionRecord.Score score, SeriesWriter lines) {
    Histogram errors = score.errors();
    long sum = 0;
    for (int i = 0; i < errors.counts().size(); i++) {
      sum += errors.counts().get(i);
      String bound = i < errors.bounds().size() ? Double.toString(errors.bounds().get(i)) : "+Inf";
      lines.add(RenderedLabels.suffix("_bucket", labels(score.group(), "le", bound)), sum);
    }
  }

  private static void predictions(PredictionRecord.Score score, SeriesWriter lines) {
    lines.add(RenderedLabels.only(labels(score.group(), "within_p95", "true")), score.withinP95());
    lines.add(RenderedLabels.only(labels(score.group(), "within_p95", "false")), score.aboveP95());
  }

  private static String[] labels(PredictionRecord.Group group, String label, String value) {
    return new String[] {
      "size",
      group.size(),
      "framework",
      group.framework(),
      "gpu_model",
      group.gpuModel(),
      label,
      value
    };
  }

  private static void histogram(Histogram histogram, SeriesWriter lines) {
    long sum = 0;
    for (int i = 0; i < histogram.bounds().size(); i++) {
      sum += histogram.counts().get(i);
      lines.add(
          RenderedLabels.suffix("_bucket", "le", Double.toString(histogram.bounds().get(i))), sum);
    }
    sum += histogram.counts().getLast();
    lines.add(RenderedLabels.suffix("_bucket", "le", "+Inf"), sum);
    lines.add(RenderedLabels.suffix("_sum"), histogram.sum());
    lines.add(RenderedLabels.suffix("_count"), sum);
  }

  private static MetricFamily<Row> counter(
      String name, String help, MetricFamily.Series<Row> series) {
    return new MetricFamily<>(name, Kind.COUNTER, "", help, series);
  }

  private static MetricFamily<Row> gauge(
      String name, String unit, String help, MetricFamily.Series<Row> series) {
    return new MetricFamily<>(name, Kind.GAUGE, unit, help, series);
  }
}
