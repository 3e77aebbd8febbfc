package dev.headroom.metrics.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The JDK reads back what was compressed: it checks the checksum and the length.
class PiecewiseGzipTest {

  private static final int PIECE = PiecewiseGzip.PIECE;

  private final ByteArrayOutputStream target = new ByteArrayOutputStream();

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE, 4 * PIECE, 5 * PIECE + 7})
  void aTextOfAnyLengthIsReadBack(int length) throws IOException {
    assertThat(readBack(lines(length), 64 * 1024)).isEqualTo(lines(length));
  }

  @Test
  void bytesThatCannotBeCompressedAreReadBack() throws IOException {
    byte[] noise = new byte[3 * PIECE + 5];
    new Random(1).nextBytes(noise);
    assertThat(readBack(noise, 3 * PIECE)).isEqualTo(noise);
  }

  @Test
  void aByteAtATimeIsTheSameText() throws IOException {
    byte[] text = lines(1000);
    try (var gzip = new PiecewiseGzip(target)) {
      for (byte b : text) {
        gzip.write(b);
      }
    }
    assertThat(decompressed()).isEqualTo(text);
  }

  @Test
  void aTextThatRepeatsItselfGetsSmall() throws IOException {
    byte[] text = lines(8 * PIECE);
    assertThat(readBack(text, PIECE)).isEqualTo(text);
    assertThat(target.size()).isLessThan(text.length / 8);
  }

  @Test
  void closedTwiceItEndsOnce() throws IOException {
    var gzip = new PiecewiseGzip(target);
    gzip.write(lines(10));
    gzip.close();
    int size = target.size();
    gzip.close();
    assertThat(target.size()).isEqualTo(size);
  }

  /// @param count bytes a write
  private byte[] readBack(byte[] text, int count) throws IOException {
    try (var gzip = new PiecewiseGzip(target, 2)) {
      for (int from = 0; from < text.length; from += count) {
        gzip.write(text, from, Math.min(count, text.length - from));
      }
    }
    return decompressed();
  }

  private byte[] decompressed() throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(target.toByteArray()))) {
      return in.readAllBytes();
    }
  }

  private static byte[] lines(int length) {
    var text = new StringBuilder();
    for (int job = 0; text.length() < length; job++) {
      text.append("headroom_job_bytes{job=\"load-").append(job).append("\"} 5517606912\n");
    }
    text.setLength(length);
    return text.toString().getBytes(US_ASCII);
  }
}
