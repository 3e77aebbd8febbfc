package dev.headroom.metrics.text;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Renders the series of one metric family as text.
final class TextSeriesWriter implements SeriesWriter {

  private static final int FIRST_SIZE = 1 << 10;
  private static final int SIZE = 1 << 16;

  /// A line's parts are bounded: names and labels are, and a number has at most 26 digits.
  private static final int MAX_NUMBER_LENGTH = 32;

  private final List<Full> full = new ArrayList<>();
  private final byte[] name;
  private byte[] header;
  private final byte[] digits = new byte[MAX_NUMBER_LENGTH];
  private byte[] buffer = new byte[FIRST_SIZE];
  private int at;
  private RenderedLabels subject = RenderedLabels.NONE;
  private long lines;

  /// A buffer that is full up to a length. It is kept as it is: a copy would cost as much again.
  private static final class Full {

    private final byte[] bytes;
    private final int length;

    Full(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }
  }

  /// A family without lines leaves no trace.
  TextSeriesWriter(MetricFamily<?> family, TextFormat format) {
    header = family.header(format);
    name = family.nameBytes();
  }

  /// Whose lines follow.
  void of(RenderedLabels labels) {
    subject = labels;
  }

  long lines() {
    return lines;
  }

  @Override
  public void add(RenderedLabels ending, long value) {
    start(ending);
    digits(value);
    buffer[at++] = '\n';
  }

  @Override
  public void add(RenderedLabels ending, double value) {
    start(ending);
    byte[] digits = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
    put(digits);
    buffer[at++] = '\n';
  }

  void writeTo(OutputStream out) {
    try {
      for (Full piece : full) {
        out.write(piece.bytes, 0, piece.length);
      }
      out.write(buffer, 0, at);
    } catch (IOException e) {
      throw new UncheckedIOException("the scrape's reader is gone", e);
    }
  }

  private void start(RenderedLabels ending) {
    int needed =
        header.length + name.length + subject.length() + ending.length() + MAX_NUMBER_LENGTH;
    if (at + needed > buffer.length) {
      full.add(new Full(buffer, at));
      buffer = new byte[Math.max(needed, SIZE)];
      at = 0;
    }
    if (header.length > 0) {
      put(header);
      header = new byte[0];
    }
    put(name);
    subject.copyTo(buffer, at);
    at += subject.length();
    ending.copyTo(buffer, at);
    at += ending.length();
    lines++;
  }

  private void put(byte[] bytes) {
    System.arraycopy(bytes, 0, buffer, at, bytes.length);
    at += bytes.length;
  }

  private void digits(long value) {
    if (value == Long.MIN_VALUE) {
      put(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
      return;
    }
    long rest = value;
    if (rest < 0) {
      buffer[at++] = '-';
      rest = -rest;
    }
    int first = digits.length;
    do {
      digits[--first] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
    System.arraycopy(digits, first, buffer, at, digits.length - first);
    at += digits.length - first;
  }
}
