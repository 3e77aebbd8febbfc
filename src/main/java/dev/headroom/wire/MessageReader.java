package dev.headroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.headroom.budget.MemorySize;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one JSON object of a topic straight from its bytes, value by value, each within its
/// bounds.
/// Every read names the field in its complaint. Of one thread and one message.
final class MessageReader {

  private static final int MAX_DEPTH = 16;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(64 * 1024)
                  .maxNameLength(1024)
                  .maxNumberLength(40)
                  .build())
          .build();

  /// The parser's word on where it stood when the message ended.
  private static final Pattern PLACE = Pattern.compile(" \\(start marker at .*$", Pattern.DOTALL);

  private final JsonParser parser;
  private final StringPool names;

  private MessageReader(JsonParser parser, StringPool names) {
    this.parser = parser;
    this.names = names;
  }

  /// What to do with the message once its opening brace is read.
  interface Body<T> {
    T read(MessageReader reader) throws MalformedException, IOException;
  }

  /// Reads a whole message: one object and nothing behind it.
  static <T> T read(byte[] value, int longest, StringPool names, Body<T> body)
      throws MalformedException {
    if (value.length > longest) {
      throw new MalformedException("longer than %d bytes: %d".formatted(longest, value.length));
    }
    try (JsonParser parser = JSON.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedException("not a JSON object");
      }
      T result = body.read(new MessageReader(parser, names));
      if (parser.nextToken() != null) {
        throw new MalformedException("something follows the JSON object");
      }
      return result;
    } catch (JsonParseException e) {
      throw new MalformedException(
          Reasons.reason("not JSON: " + PLACE.matcher(e.getOriginalMessage()).replaceFirst("")));
    } catch (IOException e) {
      throw new MalformedException(Reasons.reason("not JSON: " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(Reasons.reason(String.valueOf(e.getMessage())));
    }
  }

  /// The next field's name with its value under the cursor, or null at the end of the object.
  @Nullable String nextField() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    }
    return name;
  }

  /// Whether the value under the cursor is null: the same as absent.
  boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  void skip() throws IOException {
    parser.skipChildren();
  }

  void schema(String expected) throws MalformedException, IOException {
    String actual = text("schema");
    if (!actual.equals(expected)) {
      throw new MalformedException(
          "schema is not %s: %s".formatted(expected, Reasons.shown(actual)));
    }
  }

  /// A string that comes again and again, such as a job's name.
  String text(String field) throws MalformedException, IOException {
    require(field, JsonToken.VALUE_STRING, "a string");
    return names.of(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  List<String> texts(String field) throws MalformedException, IOException {
    array(field);
    var all = new ArrayList<String>();
    while (nextElement()) {
      all.add(text(field));
    }
    return all;
  }

  Instant time(String field) throws MalformedException, IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return Instant.ofEpochMilli(whole(field));
    }
    require(field, JsonToken.VALUE_STRING, "a time");
    return Timestamps.parse(
        parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  MemorySize size(String field) throws MalformedException, IOException {
    return new MemorySize(whole(field));
  }

  int small(String field) throws MalformedException, IOException {
    long value = whole(field);
    if (value > Integer.MAX_VALUE) {
      throw new MalformedException("%s is too large: %d".formatted(field, value));
    }
    return (int) value;
  }

  /// A whole number that is not negative.
  long whole(String field) throws MalformedException, IOException {
    long value = signed(field);
    if (value < 0) {
      throw new MalformedException("%s < 0: %d".formatted(field, value));
    }
    return value;
  }

  /// A whole number of either sign.
  long signed(String field) throws MalformedException, IOException {
    require(field, JsonToken.VALUE_NUMBER_INT, "a whole number");
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new MalformedException(
          "%s is too large: %s".formatted(field, Reasons.shown(parser.getText())));
    }
    return parser.getLongValue();
  }

  /// A finite number.
  double number(String field) throws MalformedException, IOException {
    if (!parser.currentToken().isNumeric()) {
      throw new MalformedException("%s is not a number".formatted(field));
    }
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw new MalformedException(
          "%s is not finite: %s".formatted(field, Reasons.shown(parser.getText())));
    }
    return value;
  }

  boolean truth(String field) throws MalformedException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw new MalformedException("%s is neither true nor false".formatted(field));
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /// A name that people see: 1 to `longest` printable characters.
  String name(String field, int longest) throws MalformedException, IOException {
    String name = text(field);
    if (name.isEmpty() || name.length() > longest || !Reasons.isPrintable(name)) {
      throw new MalformedException(
          "%s is not 1 to %d printable characters: %s"
              .formatted(field, longest, Reasons.shown(name)));
    }
    return name;
  }

  boolean isWhole() {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
  }

  boolean isText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  void object(String field) throws MalformedException {
    require(field, JsonToken.START_OBJECT, "an object");
  }

  void array(String field) throws MalformedException {
    require(field, JsonToken.START_ARRAY, "an array");
  }

  /// Moves to the next element of an array; false at its end.
  boolean nextElement() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  static MalformedException missing(String field) {
    return new MalformedException(field + " is missing");
  }

  private void require(String field, JsonToken expected, String kind) throws MalformedException {
    if (parser.currentToken() != expected) {
      throw new MalformedException("%s is not %s".formatted(field, kind));
    }
  }
}
