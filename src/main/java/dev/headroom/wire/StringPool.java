package dev.headroom.wire;

import org.jspecify.annotations.Nullable;

/// Gives equal characters the same string, as long as it remembers: a table of fixed size in which
/// a
/// newcomer takes the place of whoever stood there. Of one thread.
final class StringPool {

  private static final int LONGEST = 128;

  private final @Nullable String[] slots;

  /// @param bits the table has two to the power of it slots
  StringPool(int bits) {
    slots = new String[1 << bits];
  }

  String of(char[] chars, int offset, int length) {
    if (length > LONGEST) {
      return new String(chars, offset, length);
    }
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + chars[i];
    }
    int slot = (hash ^ (hash >>> 15)) & (slots.length - 1);
    String known = slots[slot];
    if (known != null && isEqual(known, chars, offset, length)) {
      return known;
    }
    String fresh = new String(chars, offset, length);
    slots[slot] = fresh;
    return fresh;
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
