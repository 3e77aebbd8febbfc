package dev.headroom.metrics.text;

/// Takes the lines of one family: each is a series.
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
