package dev.headroom.wire.json;

import dev.headroom.sample.NameRules;

/// Makes text from a message safe to repeat in a reason: short and printable.
public final class Printable {

  private static final int MAX_QUOTED = 80;
  private static final int MAX_LENGTH = 400;

  private Printable() {}

  public static String quoted(String value) {
    return printable(value, MAX_QUOTED);
  }

  public static String truncated(String text) {
    return printable(text, MAX_LENGTH);
  }

  static boolean isPrintable(String value) {
    int i = 0;
    while (i < value.length() && isPrintable(value.codePointAt(i))) {
      i += Character.charCount(value.codePointAt(i));
    }
    return i == value.length();
  }

  private static String printable(String value, int longest) {
    // The usual case, and the cheap one: many records can be refused at a time.
    if (value.length() <= longest && isPrintable(value)) {
      return value;
    }
    var safe = new StringBuilder(Math.min(value.length(), longest) + 1);
    int i = 0;
    while (i < value.length() && safe.length() < longest) {
      int codePoint = value.codePointAt(i);
      if (isPrintable(codePoint)) {
        safe.appendCodePoint(codePoint);
      } else {
        safe.append("\\u%04X".formatted(codePoint));
      }
      i += Character.charCount(codePoint);
    }
    return i < value.length() ? safe.append('…').toString() : safe.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return (codePoint >= ' ' && codePoint <= '~') || NameRules.isPrintable(codePoint);
  }
}
