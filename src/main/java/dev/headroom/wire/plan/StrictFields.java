package dev.headroom.wire.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of an object that somebody wrote: each read once, the rest refused.
///
/// Whatever is wrong is an [IllegalArgumentException] that names the place and the value.
final class StrictFields {

  /// No file that people write by hand is longer, bytes.
  static final int MAX_BYTES = 4 << 20;

  private static final int MAX_SHOWN = 60;

  private static final ObjectMapper YAML =
      YAMLMapper.builder().disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

  private final JsonNode object;
  private final String place;
  private final Set<String> read = new HashSet<>();

  private StrictFields(JsonNode object, String place) {
    this.object = object;
    this.place = place;
  }

  /// @param place what the object is called in messages; empty for the whole file
  static StrictFields of(@Nullable JsonNode node, String place) {
    if (node == null || !node.isObject()) {
      throw new IllegalArgumentException(
          (place.isEmpty() ? "it" : place) + " is no object with fields: " + shown(node));
    }
    return new StrictFields(node, place);
  }

  /// The object that a YAML or JSON file is.
  static StrictFields ofFile(InputStream file) {
    try {
      byte[] bytes = file.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException("longer than %d bytes".formatted(MAX_BYTES));
      }
      return of(YAML.readTree(bytes), "");
    } catch (JsonProcessingException wrong) {
      String where =
          wrong.getLocation() == null ? "" : "line " + wrong.getLocation().getLineNr() + ": ";
      throw new IllegalArgumentException(
          "no YAML: %s%s"
              .formatted(where, String.valueOf(wrong.getOriginalMessage()).split("\n", 2)[0]),
          wrong);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String place() {
    return place;
  }

  boolean has(String field) {
    return object.hasNonNull(field);
  }

  @Nullable JsonNode node(String field) {
    read.add(field);
    JsonNode node = object.get(field);
    return node == null || node.isNull() ? null : node;
  }

  String text(String field) {
    return optionalText(field).orElseThrow(() -> wrong(field, "is missing"));
  }

  Optional<String> optionalText(String field) {
    JsonNode node = node(field);
    if (node == null) {
      return Optional.empty();
    }
    if (!node.isTextual() || node.textValue().isBlank() || node.textValue().length() > 256) {
      throw wrong(field, "is not 1 to 256 characters: " + shown(node));
    }
    return Optional.of(node.textValue().strip());
  }

  /// A whole number within bounds.
  int count(String field, int otherwise, int least, int most) {
    JsonNode node = node(field);
    if (node == null) {
      return otherwise;
    }
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < least
        || node.intValue() > most) {
      throw wrong(field, "is not %d to %d: %s".formatted(least, most, shown(node)));
    }
    return node.intValue();
  }

  int count(String field, int least, int most) {
    if (!has(field)) {
      throw wrong(field, "is missing");
    }
    return count(field, least, least, most);
  }

  boolean flag(String field) {
    JsonNode node = node(field);
    if (node != null && !node.isBoolean()) {
      throw wrong(field, "is neither true nor false: " + shown(node));
    }
    return node != null && node.booleanValue();
  }

  @Nullable Double number(String field) {
    JsonNode node = node(field);
    if (node == null) {
      return null;
    }
    if (!node.isNumber()) {
      throw wrong(field, "is no number: " + shown(node));
    }
    return node.doubleValue();
  }

  List<String> texts(String field, int most) {
    var texts = new ArrayList<String>();
    for (JsonNode node : nodes(field, most)) {
      if (!node.isTextual() || node.textValue().isBlank() || node.textValue().length() > 256) {
        throw wrong(field, "has what is not 1 to 256 characters: " + shown(node));
      }
      texts.add(node.textValue().strip());
    }
    return texts;
  }

  List<Integer> counts(String field, int most) {
    var counts = new ArrayList<Integer>();
    for (JsonNode node : nodes(field, most)) {
      if (!node.isInt()) {
        throw wrong(field, "has what is no number: " + shown(node));
      }
      counts.add(node.intValue());
    }
    return counts;
  }

  List<StrictFields> objects(String field, int most) {
    var objects = new ArrayList<StrictFields>();
    int at = 0;
    for (JsonNode node : nodes(field, most)) {
      objects.add(of(node, "%s[%d]".formatted(name(field), at++)));
    }
    return objects;
  }

  private Iterable<JsonNode> nodes(String field, int most) {
    JsonNode node = node(field);
    if (node == null) {
      return List.of();
    }
    if (!node.isArray()) {
      throw wrong(field, "is no list: " + shown(node));
    }
    if (node.size() > most) {
      throw wrong(field, "has more than %d: %d".formatted(most, node.size()));
    }
    return node;
  }

  /// Refuses what nobody read: it is misspelt.
  void requireNothingElse() {
    object
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!read.contains(field)) {
                throw wrong(cut(field), "is unknown");
              }
            });
  }

  IllegalArgumentException wrong(String field, String what) {
    return new IllegalArgumentException(name(field) + " " + what);
  }

  private String name(String field) {
    return place.isEmpty() ? field : place + "." + field;
  }

  private static String shown(@Nullable JsonNode node) {
    return cut(String.valueOf(node));
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
  }
}
