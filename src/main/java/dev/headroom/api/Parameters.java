package dev.headroom.api;

import dev.headroom.api.problem.Problem;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Checks the query parameters of a request.
final class Parameters {

  private static final int SHOWN = 80;

  private Parameters() {}

  /// A page's size.
  static int limit(int asked, int most) {
    if (asked < 1 || asked > most) {
      throw Problem.of(400, "limit is not 1 to %d: %d".formatted(most, asked)).exception();
    }
    return asked;
  }

  static int offset(int asked) {
    if (asked < 0) {
      throw Problem.of(400, "offset < 0: " + asked).exception();
    }
    return asked;
  }

  static boolean flag(String parameter, @Nullable String asked) {
    if (asked == null || asked.equals("false")) {
      return false;
    }
    if (asked.equals("true")) {
      return true;
    }
    throw Problem.of(400, "%s is not true or false: %s".formatted(parameter, shown(asked)))
        .exception();
  }

  /// One of an enum's names; null where nothing is asked for.
  static <E> @Nullable E oneOf(
      String parameter, E[] all, Function<E, String> name, @Nullable String asked) {
    if (asked == null) {
      return null;
    }
    for (E each : all) {
      if (name.apply(each).equals(asked)) {
        return each;
      }
    }
    throw Problem.of(400, "%s unknown: %s".formatted(parameter, shown(asked))).exception();
  }

  /// Whether a text has a part, whatever the case; everything has none.
  static boolean contains(@Nullable String text, @Nullable String part) {
    return part == null
        || (text != null && text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
  }

  static String shown(String value) {
    return value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
  }
}
