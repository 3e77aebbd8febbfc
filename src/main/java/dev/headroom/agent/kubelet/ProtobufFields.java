package dev.headroom.agent.kubelet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The length-delimited fields of a protocol-buffers message; fields of numbers are skipped.
///
/// Source: "Encoding" of the Protocol Buffers documentation.
final class ProtobufFields {
  private static final int MAX_VARINT_BYTES = 10;

  private ProtobufFields() {}

  /// Takes one field.
  interface Field {
    void take(int number, ByteBuffer value) throws IOException;
  }

  /// Hands on each field of a message, in its order.
  ///
  /// @throws IOException if it is no message
  static void each(ByteBuffer message, Field field) throws IOException {
    while (message.hasRemaining()) {
      long tag = varint(message);
      switch ((int) (tag & 7)) {
        case 0 -> varint(message);
        case 1 -> slice(message, 8);
        case 2 -> field.take((int) (tag >>> 3), slice(message, varint(message)));
        case 5 -> slice(message, 4);
        default -> throw new IOException("no wire type: " + (tag & 7));
      }
    }
  }

  static String text(ByteBuffer value) {
    return StandardCharsets.UTF_8.decode(value).toString();
  }

  private static ByteBuffer slice(ByteBuffer message, long length) throws IOException {
    if (length < 0 || length > message.remaining()) {
      throw new IOException("a field of " + length + " bytes in " + message.remaining());
    }
    ByteBuffer slice = message.slice(message.position(), (int) length);
    message.position(message.position() + (int) length);
    return slice;
  }

  private static long varint(ByteBuffer message) throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES && message.hasRemaining(); i++) {
      byte next = message.get();
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a number without an end");
  }
}
