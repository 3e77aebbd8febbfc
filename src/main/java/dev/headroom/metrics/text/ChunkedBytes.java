package dev.headroom.metrics.text;

import io.vertx.core.buffer.Buffer;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// A growing sequence of bytes in chunks, so that growing copies nothing.
public final class ChunkedBytes extends OutputStream {

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

  public long length() {
    return length;
  }

  public List<Buffer> chunks() {
    return chunks;
  }
}
