package dev.headroom.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Writes lines as text into a buffer, and full buffers into a stream.
final class TextLines implements Lines {

  private static final int SIZE = 1 << 16;

  /// A line's parts are bounded: names and labels are, and a number has at most 26 digits.
  private static final int LONGEST_NUMBER = 32;

  private final OutputStream out;
  private final Format format;
  private byte[] buffer = new byte[SIZE];
  private int at;
  private byte[] header = {};
  private byte[] name = {};
  private Rendered subject = Rendered.NONE;
  private long lines;

  TextLines(OutputStream out, Format format) {
    this.out = out;
    this.format = format;
  }

  /// Begins a family; one without lines leaves no trace.
  void begin(Family<?> family) {
    header = family.header(format);
    name = family.nameBytes();
    subject = Rendered.NONE;
  }

  /// Whose lines follow.
  void of(Rendered labels) {
    subject = labels;
  }

  long lines() {
    return lines;
  }

  @Override
  public void add(Rendered ending, long value) {
    start(ending);
    digits(value);
    buffer[at++] = '\n';
  }

  @Override
  public void add(Rendered ending, double value) {
    start(ending);
    byte[] digits = Double.toString(value).getBytes(StandardCharsets.US_ASCII);
    put(digits);
    buffer[at++] = '\n';
  }

  /// Hands everything on.
  void flush() {
    try {
      out.write(buffer, 0, at);
      at = 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the scrape's reader is gone", e);
    }
  }

  private void start(Rendered ending) {
    int needed = header.length + name.length + subject.length() + ending.length() + LONGEST_NUMBER;
    if (at + needed > buffer.length) {
      flush();
      if (needed > buffer.length) {
        buffer = new byte[needed];
      }
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
    int length = length(rest);
    for (int i = at + length - 1; i >= at; i--) {
      buffer[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    at += length;
  }

  private static int length(long value) {
    int length = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      length++;
    }
    return length;
  }
}
