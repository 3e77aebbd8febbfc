package dev.headroom.api.problem;

import dev.headroom.memory.MemorySize;
import jakarta.ws.rs.WebApplicationException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Checks the query parameters of a request.
public final class Parameters {

  private static final int SHOWN = 80;

  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB");

  /// Less than 2⁶³ bytes, whatever the unit.
  private static final Pattern SIZE =
      Pattern.compile("(?<number>\\d{1,9})(?<unit>[KMG]iB)|\\d{1,18}");

  private Parameters() {}

  /// A page's size.
  public static int limit(int asked, int most) {
    if (asked < 1 || asked > most) {
      throw Problem.of(400, "limit is not 1 to %d: %d".formatted(most, asked)).exception();
    }
    return asked;
  }

  public static int offset(int asked) {
    if (asked < 0) {
      throw Problem.of(400, "offset < 0: " + asked).exception();
    }
    return asked;
  }

  /// A size: bytes, or with a unit such as 24GiB.
  public static MemorySize size(String parameter, String asked) {
    Matcher size = SIZE.matcher(asked);
    if (!size.matches()) {
      throw Problem.of(
              400,
              "%s is no size such as 24GiB or 25769803776: %s".formatted(parameter, shown(asked)))
          .exception();
    }
    String unit = size.group("unit");
    return new MemorySize(
        unit == null
            ? Long.parseLong(asked)
            : Long.parseLong(size.group("number")) << (UNITS.indexOf(unit) * 10));
  }

  public static boolean flag(String parameter, @Nullable String asked) {
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
  public static <E> @Nullable E oneOf(
      String parameter, E[] all, Function<E, String> name, @Nullable String asked) {
    if (asked == null) {
      return null;
    }
    for (E each : all) {
      if (name.apply(each).equals(asked)) {
        return each;
      }
    }
    throw unknown(parameter, asked, Arrays.stream(all).map(name).toList());
  }

  /// What a parameter says is none of those that it may say.
  public static WebApplicationException unknown(
      String parameter, String asked, List<String> known) {
    return Problem.of(
            400,
            "%s unknown: %s (known: %s)"
                .formatted(parameter, shown(asked), String.join(", ", known)))
        .exception();
  }

  /// Whether a text has a part, whatever the case; everything has none.
  public static boolean contains(@Nullable String text, @Nullable String part) {
    return part == null
        || (text != null && text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
  }

  public static String shown(String value) {
    return value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value;
  }
}
