package dev.headroom.metrics;

import dev.headroom.ledger.DeviceSample;
import dev.headroom.ledger.Occupancy;
import dev.headroom.metrics.Family.Kind;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Every metric of a GPU: name, unit, help and labels.
final class GpuFamilies {

  /// A GPU whose lines are written.
  record Row(Rendered subject, Occupancy occupancy) {

    static Row of(Occupancy occupancy) {
      return new Row(Rendered.subject("gpu_uuid", occupancy.gpu().sample().gpu()), occupancy);
    }
  }

  static final List<Family<Row>> ALL =
      List.of(
          new Family<>(
              "headroom_gpu_info",
              Kind.INFO,
              "",
              "What a GPU is and where; empty where its agent does not know.",
              (row, lines) -> lines.add(description(row.occupancy().gpu().sample()), 1)),
          bytes(
              "headroom_gpu_memory_total_bytes",
              "Memory of a GPU.",
              (row, lines) ->
                  lines.add(Rendered.END, row.occupancy().gpu().sample().total().bytes())),
          bytes(
              "headroom_gpu_memory_used_bytes",
              "Memory of a GPU that is in use, by whomever.",
              (row, lines) ->
                  lines.add(Rendered.END, row.occupancy().gpu().sample().used().bytes())),
          bytes(
              "headroom_gpu_memory_unattributed_bytes",
              "Memory of a GPU that is in use and that no known job explains.",
              (row, lines) -> lines.add(Rendered.END, row.occupancy().unattributed().bytes())),
          bytes(
              "headroom_gpu_memory_headroom_bytes",
              "Memory of a GPU that is left once each of its jobs has reached the larger of its"
                  + " predicted and its measured peak; negative where they do not fit together.",
              (row, lines) -> lines.add(Rendered.END, row.occupancy().headroom())));

  /// With these too, a GPU has as many more series as jobs.
  static final List<Family<Row>> ALL_AND_BY_JOB =
      Stream.concat(
              ALL.stream(),
              Stream.of(
                  bytes(
                      "headroom_gpu_job_memory_bytes",
                      "Memory that a job holds of a GPU.",
                      GpuFamilies::byJob)))
          .toList();

  private GpuFamilies() {}

  private static void byJob(Row row, Lines lines) {
    var held = new TreeMap<String, Long>();
    for (Occupancy.Share share : row.occupancy().shares()) {
      share
          .measured()
          .ifPresent(size -> held.merge(share.job().job(), size.bytes(), Math::addExact));
    }
    held.forEach((job, bytes) -> lines.add(Rendered.more("training_job", job), bytes));
  }

  private static Rendered description(DeviceSample sample) {
    return Rendered.more(
        "host", sample.host(),
        "index", text(sample.index()),
        "gpu_model", text(sample.model()),
        "driver", text(sample.driver()),
        "mig_profile", text(sample.migProfile()));
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static Family<Row> bytes(String name, String help, Family.Series<Row> series) {
    return new Family<>(name, Kind.GAUGE, "bytes", help, series);
  }
}
