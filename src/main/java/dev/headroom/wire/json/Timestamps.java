package dev.headroom.wire.json;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;

/// Parses times of RFC 3339 in UTC without allocating.
public final class Timestamps {

  private static final int SECONDS_END = 19;
  private static final long SECONDS_A_DAY = 86_400;

  private Timestamps() {}

  /// The time that a text of RFC 3339 in UTC gives.
  ///
  /// @throws MalformedException if it is not `YYYY-MM-DDThh:mm:ss`, a fraction of up to nine
  ///     digits, and `Z` or `+00:00`
  public static Instant parse(char[] text, int offset, int length) throws MalformedException {
    int end = offset + length;
    if (length <= SECONDS_END) {
      throw malformed(text, offset, length);
    }
    int year = digits(text, offset, 4);
    int month = digits(text, offset + 5, 2);
    int day = digits(text, offset + 8, 2);
    int hour = digits(text, offset + 11, 2);
    int minute = digits(text, offset + 14, 2);
    int second = digits(text, offset + 17, 2);
    char between = text[offset + 10];
    boolean fits =
        text[offset + 4] == '-'
            && text[offset + 7] == '-'
            && (between == 'T' || between == 't')
            && text[offset + 13] == ':'
            && text[offset + 16] == ':'
            && year >= 1
            && month >= 1
            && month <= 12
            && day >= 1
            && hour >= 0
            && hour < 24
            && minute >= 0
            && minute < 60
            && second >= 0
            && second < 60;
    if (!fits || day > YearMonth.of(year, month).lengthOfMonth()) {
      throw malformed(text, offset, length);
    }
    int position = offset + SECONDS_END;
    int nanos = 0;
    if (text[position] == '.') {
      int scale = 100_000_000;
      int first = ++position;
      while (position < end && text[position] >= '0' && text[position] <= '9') {
        nanos += (text[position] - '0') * scale;
        scale /= 10;
        position++;
      }
      if (position == first || position > first + 9) {
        throw malformed(text, offset, length);
      }
    }
    if (!isUtc(text, position, end)) {
      throw malformed(text, offset, length);
    }
    long days = LocalDate.of(year, month, day).toEpochDay();
    return Instant.ofEpochSecond(
        days * SECONDS_A_DAY + hour * 3600L + minute * 60L + second, nanos);
  }

  private static boolean isUtc(char[] text, int position, int end) {
    if (end - position == 1) {
      return text[position] == 'Z' || text[position] == 'z';
    }
    return end - position == 6 && new String(text, position, 6).equals("+00:00");
  }

  private static int digits(char[] text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return -1;
      }
      value = value * 10 + text[i] - '0';
    }
    return value;
  }

  private static MalformedException malformed(char[] text, int offset, int length) {
    return new MalformedException(
        "time is not RFC 3339 in UTC: " + Printable.quoted(new String(text, offset, length)));
  }
}
