package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Eight days as the project's rules would have recorded them, made into blocks by `promtool tsdb
/// create-blocks-from openmetrics`.
final class RecordedHistory {

  private static final Duration LENGTH = Duration.ofDays(8);
  private static final Duration STEP = Duration.ofMinutes(5);

  private RecordedHistory() {}

  /// The GPUs of one model.
  ///
  /// @param capacity bytes
  /// @param committed how those grow
  /// @param measured how those grow
  record Pool(String gpuModel, long capacity, Line committed, Line measured) {}

  /// A straight line.
  ///
  /// @param last where it ends, now
  /// @param bytesPerDay by how much it grew
  record Line(long last, double bytesPerDay) {

    /// The line that ends at `last` and would reach the capacity at a time.
    static Line reaching(long capacity, long last, Instant now, Instant full) {
      double days = Duration.between(now, full).toSeconds() / 86_400.0;
      return new Line(last, (capacity - last) / days);
    }

    private double at(Duration beforeNow) {
      return last - bytesPerDay * beforeNow.toSeconds() / 86_400.0;
    }
  }

  /// Writes the blocks of some pools.
  ///
  /// @param data the folder of a Prometheus that does not run yet
  /// @param now where they end
  static void write(List<Pool> pools, Instant now, Path data)
      throws IOException, InterruptedException {
    Files.createDirectories(data);
    Path text = Files.createTempFile("headroom-history", ".openmetrics");
    try {
      Files.writeString(text, openMetrics(pools, now));
      InstalledProgram.Ended said =
          InstalledProgram.program("promtool", "prometheus")
              .run(
                  List.of(
                      "tsdb",
                      "create-blocks-from",
                      "openmetrics",
                      "--quiet",
                      text.toString(),
                      data.toString()));
      assertThat(said.code()).as(said.text()).isZero();
    } finally {
      Files.delete(text);
    }
  }

  private static String openMetrics(List<Pool> pools, Instant now) {
    var lines = new ArrayList<String>();
    for (Pool pool : pools) {
      for (Duration ago = LENGTH; !ago.isNegative(); ago = ago.minus(STEP)) {
        double seconds = now.minus(ago).toEpochMilli() / 1000.0;
        lines.add(line("capacity", pool, (double) pool.capacity(), seconds));
        lines.add(line("committed", pool, pool.committed().at(ago), seconds));
        lines.add(line("measured", pool, pool.measured().at(ago), seconds));
      }
    }
    return String.join("\n", lines) + "\n# EOF\n";
  }

  private static String line(String sum, Pool pool, double value, double seconds) {
    return String.format(
        Locale.ROOT,
        "gpu_model:headroom_fleet_%s_bytes:sum{gpu_model=\"%s\"} %.0f %.3f",
        sum,
        pool.gpuModel(),
        value,
        seconds);
  }
}
