package dev.headroom.metrics.text;

/// Takes the series of one metric family.
public interface SeriesWriter {

  void add(RenderedLabels ending, long value);

  void add(RenderedLabels ending, double value);

  /// Counts lines and does nothing else.
  final class Count implements SeriesWriter {

    private long lines;

    long lines() {
      return lines;
    }

    @Override
    public void add(RenderedLabels ending, long value) {
      lines++;
    }

    @Override
    public void add(RenderedLabels ending, double value) {
      lines++;
    }
  }
}
