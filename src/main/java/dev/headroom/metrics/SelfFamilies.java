package dev.headroom.metrics;

import dev.headroom.ledger.Bound;
import dev.headroom.ledger.Refusals;
import dev.headroom.ledger.Status;
import dev.headroom.live.Histogram;
import dev.headroom.live.Pulse;
import dev.headroom.metrics.Family.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Every metric of the monitor itself, beside those of the JVM and of HTTP: name, unit, help and
/// labels.
final class SelfFamilies {

  /// The monitor at one instant.
  ///
  /// @param jobs of our own, by state
  /// @param unpredicted those of them that have no budget
  /// @param omitted series that the limit left out
  record Row(
      Build build,
      Pulse pulse,
      Map<Status, Long> jobs,
      long unpredicted,
      long conflicts,
      Refusals refused,
      long omitted) {}

  /// What is running.
  record Build(String version, String revision) {}

  private static final Comparator<Pulse.TopicPartition> BY_TOPIC =
      Comparator.comparing(Pulse.TopicPartition::topic)
          .thenComparing(Pulse.TopicPartition::partition);

  static final List<Family<Row>> ALL =
      List.of(
          new Family<>(
              "headroom_build_info",
              Kind.INFO,
              "",
              "What is running.",
              (row, lines) ->
                  lines.add(
                      Rendered.only(
                          "version", row.build().version(), "revision", row.build().revision()),
                      1)),
          counter(
              "headroom_received_records_total",
              "Records that came in; as many as met all outcomes but restored.",
              (row, lines) ->
                  row.pulse()
                      .received()
                      .forEach((topic, n) -> lines.add(Rendered.only("topic", topic), n))),
          counter(
              "headroom_records_total",
              "Records by what became of them; restored are jobs taken over from another replica.",
              (row, lines) -> {
                for (Pulse.Count count : row.pulse().counts()) {
                  lines.add(
                      Rendered.only("topic", count.topic(), "outcome", count.fate().wireName()),
                      count.records());
                }
              }),
          new Family<>(
              "headroom_ingest_delay_seconds",
              Kind.HISTOGRAM,
              "seconds",
              "From the time of a sample to the time at which it was folded.",
              (row, lines) -> histogram(row.pulse().delays(), lines)),
          gauge(
              "headroom_consumer_lag_records",
              "records",
              "Records that wait in a partition that is ours.",
              (row, lines) ->
                  row.pulse().lags().entrySet().stream()
                      .sorted(Map.Entry.comparingByKey(BY_TOPIC))
                      .forEach(lag -> lines.add(partition(lag.getKey()), lag.getValue()))),
          counter(
              "headroom_dead_letters_total",
              "Records that were refused: forwarded to the dead letters, or withheld because there"
                  + " were too many at a time.",
              (row, lines) -> {
                lines.add(
                    Rendered.only("outcome", "forwarded"), row.pulse().forwardedDeadLetters());
                lines.add(Rendered.only("outcome", "withheld"), row.pulse().withheldDeadLetters());
              }),
          counter(
              "headroom_refused_total",
              "What a bound of the ledger refused to take in.",
              (row, lines) -> {
                lines.add(Rendered.only("bound", Bound.JOBS.wireName()), row.refused().jobs());
                lines.add(
                    Rendered.only("bound", Bound.PLACEMENTS.wireName()),
                    row.refused().placements());
                lines.add(
                    Rendered.only("bound", Bound.REGISTRATIONS.wireName()),
                    row.refused().registrations());
                lines.add(Rendered.only("bound", Bound.GPUS.wireName()), row.refused().gpus());
              }),
          gauge(
              "headroom_jobs",
              "",
              "Jobs that are ours, by state; those without a budget are unpredicted besides.",
              (row, lines) -> {
                row.jobs().forEach((s, n) -> lines.add(Rendered.only("state", s.wireName()), n));
                lines.add(Rendered.only("state", "unpredicted"), row.unpredicted());
              }),
          counter(
              "headroom_job_conflicts_total",
              "Samples that showed a job's name in use at two places.",
              (row, lines) -> lines.add(Rendered.BARE, row.conflicts())),
          new Family<>(
              "headroom_prediction_error_ratio",
              Kind.HISTOGRAM,
              "ratio",
              "Measured minus predicted peak by the predicted one, of each job that ended.",
              (row, lines) -> histogram(row.pulse().predictionErrors(), lines)),
          gauge(
              "headroom_ready",
              "",
              "1 if this replica says that it is ready.",
              (row, lines) -> lines.add(Rendered.BARE, row.pulse().trouble().isEmpty() ? 1 : 0)),
          gauge(
              "headroom_omitted_series",
              "",
              "Series that headroom.metrics.max-series left out of this scrape; whole jobs and GPUs.",
              (row, lines) -> lines.add(Rendered.BARE, row.omitted())));

  /// The last family of all, once everything else is counted.
  static final Family<Long> EXPOSED =
      new Family<>(
          "headroom_exposed_series",
          Kind.GAUGE,
          "",
          "Series of this scrape, this one included.",
          (series, lines) -> lines.add(Rendered.BARE, series));

  private SelfFamilies() {}

  private static Rendered partition(Pulse.TopicPartition partition) {
    return Rendered.only(
        "topic", partition.topic(), "partition", Integer.toString(partition.partition()));
  }

  private static void histogram(Histogram histogram, Lines lines) {
    long sum = 0;
    for (int i = 0; i < histogram.bounds().size(); i++) {
      sum += histogram.counts().get(i);
      lines.add(Rendered.suffix("_bucket", "le", Double.toString(histogram.bounds().get(i))), sum);
    }
    sum += histogram.counts().getLast();
    lines.add(Rendered.suffix("_bucket", "le", "+Inf"), sum);
    lines.add(Rendered.suffix("_sum"), histogram.sum());
    lines.add(Rendered.suffix("_count"), sum);
  }

  private static Family<Row> counter(String name, String help, Family.Series<Row> series) {
    return new Family<>(name, Kind.COUNTER, "", help, series);
  }

  private static Family<Row> gauge(
      String name, String unit, String help, Family.Series<Row> series) {
    return new Family<>(name, Kind.GAUGE, unit, help, series);
  }
}
