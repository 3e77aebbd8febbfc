package dev.headroom.metrics;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.condition.Excess;
import dev.headroom.ledger.growth.Trend;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.PredictionDrift;
import dev.headroom.metrics.JobFamilies.Row;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.MetricFamily.Kind;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.SeriesWriter;
import java.util.List;
import java.util.Map;

/// The metrics of a job that compare what is measured with what was expected, and with time.
///
/// ```
/// # TYPE headroom_job_drift_ratio gauge
/// # HELP headroom_job_drift_ratio Drift by the predicted peak.
/// headroom_job_drift_ratio{training_job="resnet50-7f3a",size="allocated"} 0.2
/// ```
final class JudgementFamilies {

  private static final Map<MeasuredSize, RenderedLabels> SIZES =
      RenderedLabels.each(MeasuredSize.class, "size", MeasuredSize::wireName);
  private static final RenderedLabels EARLIEST = RenderedLabels.more("bound", "earliest");
  private static final RenderedLabels LATEST = RenderedLabels.more("bound", "latest");
  private static final RenderedLabels ALLOCATED = RenderedLabels.more("size", "allocated");
  private static final RenderedLabels RESERVED = RenderedLabels.more("size", "reserved");
  private static final RenderedLabels DEVICE = RenderedLabels.more("size", "device");

  static final List<MetricFamily<Row>> ALL =
      List.of(
          MetricFamily.gauge(
              "headroom_job_drift_bytes",
              "bytes",
              "Measured peak minus predicted peak of the same size and what kernels make for"
                  + " themselves; absent without both.",
              (row, lines) -> drift(row.job(), (ending, d) -> lines.add(ending, d.bytes()))),
          MetricFamily.gauge(
              "headroom_job_drift_ratio",
              "ratio",
              "Drift by the predicted peak.",
              (row, lines) -> drift(row.job(), (ending, d) -> lines.add(ending, d.ratio()))),
          MetricFamily.gauge(
              "headroom_job_excess_bytes",
              "bytes",
              "What a job holds step after step above the expected median, where it is above the"
                  + " whole range; absent within it.",
              (row, lines) -> row.excesses().forEach(it -> lines.add(size(it), it.bytes()))),
          MetricFamily.gauge(
              "headroom_job_excess_ratio",
              "ratio",
              "Excess by the expected median.",
              (row, lines) -> row.excesses().forEach(it -> lines.add(size(it), it.ratio()))),
          new MetricFamily<>(
              "headroom_job_drift_cause_info",
              Kind.INFO,
              "",
              "What fits the drift of a job, predicted again under what-ifs; absent within its range.",
              (row, lines) -> causes(row, lines)),
          MetricFamily.gauge(
              "headroom_job_growth_bytes_per_second",
              "bytes_per_second",
              "How fast a job's fullest rank grows from step to step; absent while it does not.",
              (row, lines) ->
                  row.job()
                      .growth(row.now())
                      .ifPresent(rate -> lines.add(RenderedLabels.END, rate))),
          MetricFamily.gauge(
              "headroom_job_time_to_capacity_seconds",
              "seconds",
              "Until the fullest GPU of a job is full at its present growth; absent without"
                  + " growth.",
              (row, lines) ->
                  row.filling()
                      .ifPresent(it -> lines.add(RenderedLabels.END, it.likely().toSeconds()))),
          MetricFamily.gauge(
              "headroom_job_time_to_capacity_bound_seconds",
              "seconds",
              "The range in which that lies with 95 % confidence.",
              (row, lines) -> row.filling().ifPresent(it -> bounds(it, lines))));

  private JudgementFamilies() {}

  private interface DriftLine {
    void add(RenderedLabels ending, PredictionDrift drift);
  }

  private static void drift(JobState job, DriftLine line) {
    job.allocatedDrift().ifPresent(drift -> line.add(ALLOCATED, drift));
    job.reservedDrift().ifPresent(drift -> line.add(RESERVED, drift));
    job.deviceDrift().ifPresent(drift -> line.add(DEVICE, drift));
  }

  private static void causes(Row row, SeriesWriter lines) {
    if (!row.excesses().isEmpty() && row.job().registration() != null) {
      row.job()
          .registration()
          .reasons()
          .explanations()
          .forEach(it -> lines.add(RenderedLabels.more("cause", it.cause().wireName()), 1));
    }
  }

  private static RenderedLabels size(Excess excess) {
    return SIZES.getOrDefault(excess.size(), RenderedLabels.END);
  }

  private static void bounds(Trend.Filling filling, SeriesWriter lines) {
    lines.add(EARLIEST, filling.earliest().toSeconds());
    lines.add(LATEST, filling.latest().toSeconds());
  }
}
