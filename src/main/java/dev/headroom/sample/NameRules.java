package dev.headroom.sample;

import org.jspecify.annotations.Nullable;

/// The alphabets and lengths of names that become label values of metrics. Every record checks them
/// when it is made.
public final class NameRules {

  private static final int MAX_NAME = 128;
  private static final int MAX_HOST = 253;
  private static final int MAX_TEXT = 256;
  private static final int MAX_QUOTED = 80;
  private static final boolean[] NAME = alphabet("._:-");
  private static final boolean[] DEVICE = alphabet("._:-/");

  private NameRules() {}

  /// Whether a text can be the name of a job or of a run.
  public static boolean isName(String text) {
    return fits(text, MAX_NAME, NAME);
  }

  public static void requireJob(String job) {
    require("job", job, MAX_NAME, NAME, "A-Za-z0-9._:-");
  }

  public static void requireRun(@Nullable String run) {
    if (run != null) {
      require("run", run, MAX_NAME, NAME, "A-Za-z0-9._:-");
    }
  }

  public static void requireGpu(String gpu) {
    require("gpu", gpu, MAX_NAME, DEVICE, "A-Za-z0-9._:/-");
  }

  static void requireHost(@Nullable String host) {
    if (host != null) {
      require("host", host, MAX_HOST, NAME, "A-Za-z0-9._:-");
    }
  }

  /// Free text for people: printable, so that no character changes the direction of a page.
  static void requireText(String field, @Nullable String text) {
    if (text == null) {
      return;
    }
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "%s is longer than %d: %d".formatted(field, MAX_TEXT, text.length()));
    }
    text.codePoints()
        .filter(c -> !isPrintable(c))
        .findFirst()
        .ifPresent(
            c -> {
              throw new IllegalArgumentException(
                  "%s has a character that is not printable: U+%04X".formatted(field, c));
            });
  }

  /// Whether a character may stand where people read it: no control and no formatting characters.
  public static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static void require(
      String field, String value, int longest, boolean[] alphabet, String letters) {
    if (!fits(value, longest, alphabet)) {
      throw new IllegalArgumentException(
          "%s is not 1 to %d of %s: %s".formatted(field, longest, letters, quoted(value)));
    }
  }

  private static boolean fits(String value, int longest, boolean[] alphabet) {
    boolean fits = !value.isEmpty() && value.length() <= longest;
    for (int i = 0; fits && i < value.length(); i++) {
      char c = value.charAt(i);
      fits = c < alphabet.length && alphabet[c];
    }
    return fits;
  }

  private static String quoted(String value) {
    String cut = value.length() > MAX_QUOTED ? value.substring(0, MAX_QUOTED) + "…" : value;
    var safe = new StringBuilder(cut.length());
    cut.codePoints()
        .forEach(
            c -> {
              if (isPrintable(c)) {
                safe.appendCodePoint(c);
              } else {
                safe.append("\\u%04X".formatted(c));
              }
            });
    return safe.toString();
  }

  private static boolean[] alphabet(String others) {
    var allowed = new boolean[128];
    for (char c = 0; c < allowed.length; c++) {
      allowed[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || others.indexOf(c) >= 0;
    }
    return allowed;
  }
}
