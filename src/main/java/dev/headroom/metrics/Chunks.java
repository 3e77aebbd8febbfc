package dev.headroom.metrics;

import io.vertx.core.buffer.Buffer;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Bytes in memory, in pieces: what is large is never copied to make it larger.
final class Chunks extends OutputStream {

  private final List<Buffer> chunks = new ArrayList<>();
  private long length;

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) {
    if (count > 0) {
      chunks.add(Buffer.buffer(count).appendBytes(bytes, from, count));
      length += count;
    }
  }

  long length() {
    return length;
  }

  List<Buffer> chunks() {
    return chunks;
  }
}
