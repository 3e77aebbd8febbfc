package dev.headroom.metrics.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Compresses a text in pieces, one for each processor at a time, into one gzip member (RFC
/// 1952). Each piece ends on a byte, by a sync flush, so that they can be put together; two bytes
/// end the last. Level 1: a scrape's text repeats itself so much that more effort saves little and
/// costs much. Of one thread.
///
/// ```
/// header | piece | piece | … | 03 00 | CRC-32 and length of the text
/// ```
public final class PiecewiseGzip extends OutputStream {

  static final int PIECE = 1 << 20;

  /// What waits for it is on the heap.
  private static final int MOST_AT_A_TIME = 8;

  /// Deflate, no fields, no time, fastest, unknown system.
  private static final byte[] HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 4, (byte) 0xFF};

  /// A last block that is empty.
  private static final byte[] END = {3, 0};

  private static final class Piece {

    private final byte[] bytes;
    private final int length;

    private Piece(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }
  }

  private final OutputStream out;
  private final int atATime;
  private final List<Piece> full = new ArrayList<>();
  private final CRC32 checksum = new CRC32();
  private byte[] open = new byte[PIECE];
  private int at;
  private long length;
  private boolean isClosed;

  /// @param out takes the compressed bytes; closed with this one
  public PiecewiseGzip(OutputStream out) throws IOException {
    this(out, Math.min(Runtime.getRuntime().availableProcessors(), MOST_AT_A_TIME));
  }

  PiecewiseGzip(OutputStream out, int atATime) throws IOException {
    this.out = out;
    this.atATime = atATime;
    out.write(HEADER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    checksum.update(bytes, from, count);
    length += count;
    int next = from;
    while (next < from + count) {
      int taken = Math.min(from + count - next, PIECE - at);
      System.arraycopy(bytes, next, open, at, taken);
      next += taken;
      at += taken;
      if (at == PIECE) {
        full.add(new Piece(open, at));
        open = new byte[PIECE];
        at = 0;
        if (full.size() == atATime) {
          compress();
        }
      }
    }
  }

  /// Writes the pieces that are full.
  private void compress() throws IOException {
    List<Piece> compressed = full.parallelStream().map(PiecewiseGzip::deflated).toList();
    full.clear();
    for (Piece piece : compressed) {
      out.write(piece.bytes, 0, piece.length);
    }
  }

  private static Piece deflated(Piece text) {
    // Without the header of zlib.
    try (var deflater = new Deflater(Deflater.BEST_SPEED, true)) {
      deflater.setInput(text.bytes, 0, text.length);
      byte[] into = new byte[PIECE / 8];
      int count = 0;
      while (true) {
        count += deflater.deflate(into, count, into.length - count, Deflater.SYNC_FLUSH);
        if (count < into.length) {
          return new Piece(into, count);
        }
        into = Arrays.copyOf(into, 2 * into.length);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (out) {
      full.add(new Piece(open, at));
      compress();
      out.write(END);
      out.write(
          ByteBuffer.allocate(2 * Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt((int) checksum.getValue())
              .putInt((int) length)
              .array());
    }
  }
}
