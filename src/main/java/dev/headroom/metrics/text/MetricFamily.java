package dev.headroom.metrics.text;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A metric family: name, type, unit, help, and the series that each subject has in it.
///
/// @param name as it stands in the lines, without the suffixes of a histogram
/// @param unit the last words of the name, without `_total`; empty if it has none
public record MetricFamily<T>(String name, Kind kind, String unit, String help, Series<T> series) {

  public enum Kind {
    GAUGE("gauge"),
    COUNTER("counter"),
    HISTOGRAM("histogram"),
    /// Labels are all it says; its value is 1.
    INFO("info");

    private final String wireName;

    Kind(String wireName) {
      this.wireName = wireName;
    }
  }

  /// Gives the lines of one subject.
  public interface Series<T> {
    void write(T subject, SeriesWriter lines);
  }

  public MetricFamily {
    boolean isNamedForIts =
        switch (kind) {
          case GAUGE, HISTOGRAM -> name.endsWith(unit);
          case COUNTER -> name.endsWith(unit + "_total");
          case INFO -> name.endsWith("_info") && unit.isEmpty();
        };
    if (!isNamedForIts) {
      throw new IllegalArgumentException(name + " does not end as a " + kind + " in " + unit);
    }
  }

  /// A value that goes up and down.
  public static <T> MetricFamily<T> gauge(String name, String unit, String help, Series<T> series) {
    return new MetricFamily<>(name, Kind.GAUGE, unit, help, series);
  }

  /// How many lines a subject has in all of these.
  public static <T> long count(List<MetricFamily<T>> families, T subject) {
    var count = new SeriesWriter.Count();
    for (MetricFamily<T> family : families) {
      family.series().write(subject, count);
    }
    return count.lines();
  }

  byte[] nameBytes() {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /// What stands before its lines.
  byte[] header(TextFormat format) {
    String text =
        switch (format) {
          case TEXT ->
              "# HELP %s %s\n# TYPE %s %s\n"
                  .formatted(
                      name, help, name, kind == Kind.INFO ? Kind.GAUGE.wireName : kind.wireName);
          case OPEN_METRICS -> {
            String stem = stem();
            String unitLine = unit.isEmpty() ? "" : "# UNIT %s %s\n".formatted(stem, unit);
            yield "# TYPE %s %s\n%s# HELP %s %s\n"
                .formatted(stem, kind.wireName, unitLine, stem, help);
          }
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// OpenMetrics names a family without the suffixes of its lines.
  private String stem() {
    return switch (kind) {
      case GAUGE, HISTOGRAM -> name;
      case COUNTER -> name.substring(0, name.length() - "_total".length());
      case INFO -> name.substring(0, name.length() - "_info".length());
    };
  }
}
