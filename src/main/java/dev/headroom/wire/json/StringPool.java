package dev.headroom.wire.json;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/// Interns strings: equal characters give the same string while the pool remembers it. A hash table
/// of fixed size; a new string replaces the one in its slot. Of one thread.
public final class StringPool {

  private static final int MAX_LENGTH = 128;

  private final @Nullable String[] slots;

  /// @param bits the table has two to the power of it slots
  public StringPool(int bits) {
    slots = new String[1 << bits];
  }

  String of(char[] chars, int offset, int length) {
    if (length > MAX_LENGTH) {
      return new String(chars, offset, length);
    }
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + chars[i];
    }
    int slot = slot(hash);
    String known = slots[slot];
    if (known != null && isEqual(known, chars, offset, length)) {
      return known;
    }
    String fresh = new String(chars, offset, length);
    slots[slot] = fresh;
    return fresh;
  }

  /// The same of ASCII.
  public String of(byte[] ascii, int from, int to) {
    if (to - from > MAX_LENGTH) {
      return new String(ascii, from, to - from, US_ASCII);
    }
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + ascii[i];
    }
    int slot = slot(hash);
    String known = slots[slot];
    if (known != null && isEqual(known, ascii, from, to)) {
      return known;
    }
    String fresh = new String(ascii, from, to - from, US_ASCII);
    slots[slot] = fresh;
    return fresh;
  }

  private int slot(int hash) {
    return (hash ^ (hash >>> 15)) & (slots.length - 1);
  }

  private static boolean isEqual(String known, byte[] ascii, int from, int to) {
    if (known.length() != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (known.charAt(i - from) != ascii[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEqual(String known, char[] chars, int offset, int length) {
    if (known.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (known.charAt(i) != chars[offset + i]) {
        return false;
      }
    }
    return true;
  }
}
