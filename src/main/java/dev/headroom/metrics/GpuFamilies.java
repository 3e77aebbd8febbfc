package dev.headroom.metrics;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.MetricFamily.Kind;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.SeriesWriter;
import dev.headroom.sample.DeviceSample;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every metric of a GPU: name, unit, help and labels.
final class GpuFamilies {

  /// A GPU whose lines are written.
  ///
  /// @param isSilent whether its last sample is too old to say what is left of it
  record Row(RenderedLabels subject, GpuHeadroom gpuHeadroom, boolean isSilent) {

    static Row of(GpuHeadroom gpuHeadroom, Snapshot snapshot) {
      return new Row(
          RenderedLabels.subject("gpu_uuid", gpuHeadroom.gpu().sample().gpu()),
          gpuHeadroom,
          gpuHeadroom.gpu().isSilent(snapshot.at(), snapshot.limits().silent()));
    }
  }

  static final List<MetricFamily<Row>> ALL =
      List.of(
          new MetricFamily<>(
              "headroom_gpu_info",
              Kind.INFO,
              "",
              "What a GPU is and where; empty where its agent does not know.",
              (row, lines) -> lines.add(description(row.gpuHeadroom().gpu().sample()), 1)),
          bytes(
              "headroom_gpu_memory_total_bytes",
              "Memory of a GPU.",
              (row, lines) ->
                  lines.add(RenderedLabels.END, row.gpuHeadroom().gpu().sample().total().bytes())),
          bytes(
              "headroom_gpu_memory_used_bytes",
              "Memory of a GPU that is in use, by whomever.",
              (row, lines) ->
                  lines.add(RenderedLabels.END, row.gpuHeadroom().gpu().sample().used().bytes())),
          bytes(
              "headroom_gpu_memory_unattributed_bytes",
              "Memory of a GPU that is in use and that no known job explains.",
              (row, lines) ->
                  lines.add(RenderedLabels.END, row.gpuHeadroom().unattributed().bytes())),
          bytes(
              "headroom_gpu_memory_headroom_bytes",
              "Memory of a GPU that is left at least once each of its jobs has reached the larger of"
                  + " its predicted and its measured peak; negative where they do not fit together,"
                  + " absent without a sample for a minute.",
              (row, lines) -> {
                if (!row.isSilent()) {
                  lines.add(RenderedLabels.END, row.gpuHeadroom().headroom());
                }
              }),
          bytes(
              "headroom_gpu_memory_headroom_at_most_bytes",
              "The most that may be left of it, where nobody tells what each process on a GPU holds;"
                  + " absent where that is known.",
              (row, lines) -> {
                if (!row.isSilent() && !row.gpuHeadroom().isKnown()) {
                  lines.add(RenderedLabels.END, row.gpuHeadroom().atMost());
                }
              }),
          new MetricFamily<>(
              "headroom_gpu_last_sample_timestamp_seconds",
              Kind.GAUGE,
              "seconds",
              "When the newest sample of a GPU was taken.",
              (row, lines) ->
                  lines.add(
                      RenderedLabels.END,
                      row.gpuHeadroom().gpu().sample().time().toEpochMilli() / 1000.0)));

  /// With these too, a GPU has as many more series as jobs.
  static final List<MetricFamily<Row>> ALL_AND_BY_JOB =
      Stream.concat(
              ALL.stream(),
              Stream.of(
                  bytes(
                      "headroom_gpu_job_memory_bytes",
                      "Memory that a job holds of a GPU.",
                      GpuFamilies::byJob)))
          .toList();

  private GpuFamilies() {}

  private static void byJob(Row row, SeriesWriter lines) {
    var held = new TreeMap<String, Long>();
    for (GpuHeadroom.Share share : row.gpuHeadroom().shares()) {
      share
          .measured()
          .ifPresent(size -> held.merge(share.job().job(), size.bytes(), Math::addExact));
    }
    held.forEach((job, bytes) -> lines.add(RenderedLabels.more("training_job", job), bytes));
  }

  private static RenderedLabels description(DeviceSample sample) {
    return RenderedLabels.more(
        "host", sample.host(),
        "index", text(sample.index()),
        "gpu_model", text(sample.model()),
        "driver", text(sample.driver()),
        "mig_profile", text(sample.migProfile()));
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static MetricFamily<Row> bytes(
      String name, String help, MetricFamily.Series<Row> series) {
    return new MetricFamily<>(name, Kind.GAUGE, "bytes", help, series);
  }
}
