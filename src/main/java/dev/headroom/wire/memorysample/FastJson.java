package dev.headroom.wire.memorysample;

import dev.headroom.memory.MemorySize;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.StringPool;
import dev.headroom.wire.json.Timestamps;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A reader of JSON in its usual form: ASCII, no escapes, at most one space after a colon or comma,
/// whole numbers below 10¹⁸. It says when a message is not of that form; it never says that one is
/// malformed.
final class FastJson {

  /// What an index or a number is where the message is not plain.
  static final int NONE = -1;

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final int MAX_NAME_LENGTH = 128;
  private static final int MAX_DIGITS = 18;

  /// `2026-11-23T21:00:00`
  private static final int SECONDS_LENGTH = 19;

  private final StringPool names;
  private final byte[] second = new byte[SECONDS_LENGTH];
  private long epochSecond = Long.MIN_VALUE;
  private byte[] message = {};
  private int at;

  FastJson(StringPool names) {
    this.names = names;
  }

  /// Begins a message.
  void begin(byte[] bytes) {
    message = bytes;
    at = 0;
  }

  /// Goes past a byte, if it is the next.
  boolean skip(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  /// Goes past a comma or a colon and the space that some writers leave behind it.
  boolean skipMark(char expected) {
    boolean met = skip(expected);
    if (met) {
      skip(' ');
    }
    return met;
  }

  /// Where the cursor is.
  int at() {
    return at;
  }

  /// Goes on from another place.
  void goTo(int place) {
    at = place;
  }

  /// Whether nothing is left.
  boolean isAtEnd() {
    return at == message.length;
  }

  /// Goes past a null, if it is the next.
  boolean skipNull() {
    return peek() == 'n' && skip(NULL);
  }

  /// Goes past a word, with its quotes, if it is the next.
  boolean skip(byte[] word) {
    boolean met = isNext(word);
    if (met) {
      at += word.length;
    }
    return met;
  }

  /// Goes past one of some words.
  ///
  /// @param words with their quotes
  /// @param likely the index of the word that is tried first
  /// @return its index, or [#NONE]
  int indexOf(byte[][] words, int likely) {
    if (skip(words[likely])) {
      return likely;
    }
    for (int i = 0; i < words.length; i++) {
      if (i != likely && skip(words[i])) {
        return i;
      }
    }
    return NONE;
  }

  /// A name, or null.
  @Nullable String name() {
    if (!skip('"')) {
      return null;
    }
    int from = at;
    int limit = Math.min(message.length, from + MAX_NAME_LENGTH + 1);
    for (int i = from; i < limit; i++) {
      byte b = message[i];
      if (b == '"') {
        at = i + 1;
        return names.of(message, from, i);
      }
      if (b < ' ' || b == '\\') {
        return null;
      }
    }
    return null;
  }

  /// A whole number that is not negative, or [#NONE].
  long integer() {
    int from = at;
    long value = 0;
    while (at < message.length && message[at] >= '0' && message[at] <= '9') {
      value = value * 10 + message[at++] - '0';
    }
    int digits = at - from;
    boolean isPlain = digits > 0 && digits <= MAX_DIGITS && (digits == 1 || message[from] != '0');
    return isPlain ? value : NONE;
  }

  /// A size, or null. Equal sizes in a row are the same object.
  @Nullable MemorySize size(@Nullable MemorySize before) {
    long bytes = integer();
    if (bytes == NONE) {
      return null;
    }
    return before != null && before.bytes() == bytes ? before : new MemorySize(bytes);
  }

  /// A time in UTC, or null. Most are of the second of the one before.
  @Nullable Instant time() {
    int seconds = at + 1;
    if (!skip('"') || message.length - seconds < SECONDS_LENGTH) {
      return null;
    }
    at += SECONDS_LENGTH;
    if (!Arrays.equals(second, 0, SECONDS_LENGTH, message, seconds, at) && !isSecond(seconds)) {
      return null;
    }
    int nanos = skip('.') ? fraction() : 0;
    return nanos != NONE && skip('Z') && skip('"')
        ? Instant.ofEpochSecond(epochSecond, nanos)
        : null;
  }

  private boolean isSecond(int from) {
    var text = new char[SECONDS_LENGTH + 1];
    for (int i = 0; i < SECONDS_LENGTH; i++) {
      text[i] = (char) message[from + i];
    }
    text[SECONDS_LENGTH] = 'Z';
    try {
      epochSecond = Timestamps.parse(text, 0, text.length).getEpochSecond();
    } catch (MalformedException _) {
      return false;
    }
    System.arraycopy(message, from, second, 0, SECONDS_LENGTH);
    return true;
  }

  private int fraction() {
    int nanos = 0;
    int scale = 1_000_000_000;
    while (scale > 1 && peek() >= '0' && peek() <= '9') {
      scale /= 10;
      nanos += (peek() - '0') * scale;
      at++;
    }
    return scale == 1_000_000_000 ? NONE : nanos;
  }

  private int peek() {
    return at < message.length ? message[at] : NONE;
  }

  private boolean isNext(byte[] expected) {
    int to = at + expected.length;
    return to <= message.length && Arrays.equals(expected, 0, expected.length, message, at, to);
  }
}
