package dev.headroom.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Checks the key of a record. Its partition follows from the key, so the key has to name the
/// value's subject.
public final class RecordKeys {

  private RecordKeys() {}

  /// What a record without a value takes away: its key alone says it.
  ///
  /// @param removal makes the event; what it refuses is malformed
  public static <T> T removed(byte @Nullable [] key, Function<String, T> removal)
      throws MalformedException {
    if (key == null) {
      throw new MalformedException("neither key nor value");
    }
    try {
      return removal.apply(new String(key, UTF_8));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(Printable.truncated(String.valueOf(e.getMessage())));
    }
  }

  /// Refuses a record whose key is not that name.
  ///
  /// @param name in the alphabet of names, one byte a character
  public static void require(byte @Nullable [] key, String field, String name)
      throws MalformedException {
    if (key == null) {
      throw new MalformedException("no key; it is the " + field);
    }
    boolean same = key.length == name.length();
    for (int i = 0; same && i < key.length; i++) {
      same = key[i] == name.charAt(i);
    }
    if (!same) {
      throw new MalformedException("the key is not the %s %s".formatted(field, name));
    }
  }
}
