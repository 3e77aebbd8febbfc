package dev.headroom.metrics.text;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a line that is rendered once and then copied.
///
/// A line is a family's name, a subject (`{training_job="a"`, or nothing), an ending
/// (`,size="device"} `, or a suffix and all labels) and a value.
public final class RenderedLabels {

  /// No subject.
  public static final RenderedLabels NONE = new RenderedLabels("");

  /// The ending of a line that has a subject and no more labels.
  public static final RenderedLabels END = new RenderedLabels("} ");

  /// The ending of a line without any labels.
  public static final RenderedLabels BARE = new RenderedLabels(" ");

  private static final int MAX_VALUE_LENGTH = 256;

  private final byte[] bytes;

  private RenderedLabels(String text) {
    this.bytes = text.getBytes(StandardCharsets.UTF_8);
  }

  /// The first label of many lines.
  public static RenderedLabels subject(String label, String value) {
    var text = new StringBuilder(1 + length(label, value)).append('{');
    return new RenderedLabels(append(text, label, value).toString());
  }

  /// The labels that follow a subject.
  ///
  /// @param pairs label, value, label, value, …
  public static RenderedLabels more(String... pairs) {
    var text = new StringBuilder(2 + length(pairs));
    for (int i = 0; i < pairs.length; i += 2) {
      append(text.append(','), pairs[i], pairs[i + 1]);
    }
    return new RenderedLabels(text.append("} ").toString());
  }

  /// All labels of a line that has no subject.
  public static RenderedLabels only(String... pairs) {
    return suffix("", pairs);
  }

  /// The same, of a line whose name goes on after the family's, as `_bucket` does.
  public static RenderedLabels suffix(String suffix, String... pairs) {
    var text = new StringBuilder(suffix);
    for (int i = 0; i < pairs.length; i += 2) {
      append(text.append(i == 0 ? '{' : ','), pairs[i], pairs[i + 1]);
    }
    return new RenderedLabels(text.append(pairs.length == 0 ? " " : "} ").toString());
  }

  /// What follows a subject for each of an enum's values.
  ///
  /// @param name the value of the label
  public static <E extends Enum<E>> Map<E, RenderedLabels> each(
      Class<E> type, String label, Function<E, String> name) {
    var all = new EnumMap<E, RenderedLabels>(type);
    for (E each : type.getEnumConstants()) {
      all.put(each, more(label, name.apply(each)));
    }
    return all;
  }

  int length() {
    return bytes.length;
  }

  void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, bytes.length);
  }

  /// What labels take where nothing is escaped; a builder that is made for it does not grow.
  private static int length(String... pairs) {
    int length = 0;
    for (String each : pairs) {
      length += each.length() + 2;
    }
    return length;
  }

  private static StringBuilder append(StringBuilder text, String label, String value) {
    text.append(label).append("=\"");
    int length = Math.min(value.length(), MAX_VALUE_LENGTH);
    int copied = 0;
    for (int i = 0; i < length; i++) {
      String escaped = escaped(value.charAt(i));
      if (escaped != null) {
        text.append(value, copied, i).append(escaped);
        copied = i + 1;
      }
    }
    return text.append(value, copied, length).append('"');
  }

  private static @Nullable String escaped(char c) {
    return switch (c) {
      case '\\' -> "\\\\";
      case '"' -> "\\\"";
      case '\n' -> "\\n";
      default -> null;
    };
  }
}
