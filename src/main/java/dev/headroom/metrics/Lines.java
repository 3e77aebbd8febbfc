package dev.headroom.metrics;

/// Takes the lines of one family: each is a series.
interface Lines {

  void add(Rendered ending, long value);

  void add(Rendered ending, double value);

  /// Counts lines and does nothing else.
  final class Count implements Lines {

    private long lines;

    long lines() {
      return lines;
    }

    @Override
    public void add(Rendered ending, long value) {
      lines++;
    }

    @Override
    public void add(Rendered ending, double value) {
      lines++;
    }
  }
}
