package dev.headroom.wire.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.headroom.memory.MemorySize;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one JSON object of a topic from its bytes, value by value, each within its bounds. Every
/// refusal names the field. Of one thread and one message.
public final class MessageReader {

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
  public interface Body<T> {
    T read(MessageReader reader) throws MalformedException, IOException;
  }

  /// Reads a whole message: one object and nothing behind it.
  public static <T> T read(byte[] value, int longest, StringPool names, Body<T> body)
      throws MalformedException {
    if (value.length > longest) {
      throw new MalformedException("longer than %d bytes: %d".formatted(longest, value.length));
    }
    requireUtf8(value);
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
          Printable.truncated(
              "not JSON: " + PLACE.matcher(e.getOriginalMessage()).replaceFirst("")));
    } catch (IOException e) {
      throw new MalformedException(Printable.truncated("not JSON: " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(Printable.truncated(String.valueOf(e.getMessage())));
    }
  }

  /// JSON between systems is UTF-8: RFC 8259, section 8.1. The parser would guess others.
  private static void requireUtf8(byte[] value) throws MalformedException {
    if (value.length < 2) {
      return;
    }
    int first = Byte.toUnsignedInt(value[0]);
    if (first == 0 && value[1] == 0) {
      throw new MalformedException("begins with 0x00: a schema registry's format?");
    }
    if (first == 0 || first >= 0xFE || value[1] == 0) {
      throw new MalformedException("begins with 0x%02x: UTF-16? JSON is UTF-8".formatted(first));
    }
  }

  /// The next field's name with its value under the cursor, or null at the end of the object.
  public @Nullable String nextField() throws IOException {
    String name = parser.nextFieldName();
    if (name != null) {
      parser.nextToken();
    }
    return name;
  }

  /// Whether the value under the cursor is null: the same as absent.
  public boolean isNull() {
    return parser.currentToken() == JsonToken.VALUE_NULL;
  }

  public void skip() throws IOException {
    parser.skipChildren();
  }

  public void schema(String expected) throws MalformedException, IOException {
    String actual = string("schema");
    if (!actual.equals(expected)) {
      throw new MalformedException(
          "schema is not %s: %s".formatted(expected, Printable.quoted(actual)));
    }
  }

  /// A string that comes again and again, such as a job's name.
  public String string(String field) throws MalformedException, IOException {
    require(field, JsonToken.VALUE_STRING, "a string");
    return names.of(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  public List<String> strings(String field) throws MalformedException, IOException {
    array(field);
    var all = new ArrayList<String>();
    while (nextElement()) {
      all.add(string(field));
    }
    return all;
  }

  public Instant time(String field) throws MalformedException, IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return Instant.ofEpochMilli(integer(field));
    }
    require(field, JsonToken.VALUE_STRING, "a time");
    return Timestamps.parse(
        parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  public MemorySize size(String field) throws MalformedException, IOException {
    return new MemorySize(integer(field));
  }

  public int smallInteger(String field) throws MalformedException, IOException {
    long value = integer(field);
    if (value > Integer.MAX_VALUE) {
      throw new MalformedException("%s is too large: %d".formatted(field, value));
    }
    return (int) value;
  }

  /// A whole number that is not negative.
  public long integer(String field) throws MalformedException, IOException {
    long value = signedInteger(field);
    if (value < 0) {
      throw new MalformedException("%s < 0: %d".formatted(field, value));
    }
    return value;
  }

  /// A whole number of either sign.
  public long signedInteger(String field) throws MalformedException, IOException {
    require(field, JsonToken.VALUE_NUMBER_INT, "a whole number");
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new MalformedException(
          "%s is too large: %s".formatted(field, Printable.quoted(parser.getText())));
    }
    return parser.getLongValue();
  }

  /// A finite number.
  public double number(String field) throws MalformedException, IOException {
    if (!parser.currentToken().isNumeric()) {
      throw new MalformedException("%s is not a number".formatted(field));
    }
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw new MalformedException(
          "%s is not finite: %s".formatted(field, Printable.quoted(parser.getText())));
    }
    return value;
  }

  public boolean bool(String field) throws MalformedException {
    JsonToken token = parser.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw new MalformedException("%s is neither true nor false".formatted(field));
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /// A name that people see: 1 to `longest` printable characters.
  public String name(String field, int longest) throws MalformedException, IOException {
    String name = string(field);
    if (name.isEmpty() || name.length() > longest || !Printable.isPrintable(name)) {
      throw new MalformedException(
          "%s is not 1 to %d printable characters: %s"
              .formatted(field, longest, Printable.quoted(name)));
    }
    return name;
  }

  public boolean isString() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  public boolean isArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  public void object(String field) throws MalformedException {
    require(field, JsonToken.START_OBJECT, "an object");
  }

  public void array(String field) throws MalformedException {
    require(field, JsonToken.START_ARRAY, "an array");
  }

  /// Moves to the next element of an array; false at its end.
  public boolean nextElement() throws IOException {
    return parser.nextToken() != JsonToken.END_ARRAY;
  }

  /// A field that every message has.
  ///
  /// @throws MalformedException if it is missing
  public static <T> T required(String field, @Nullable T value) throws MalformedException {
    if (value == null) {
      throw missing(field);
    }
    return value;
  }

  public static MalformedException missing(String field) {
    return new MalformedException(field + " is missing");
  }

  private void require(String field, JsonToken expected, String kind) throws MalformedException {
    if (parser.currentToken() != expected) {
      throw new MalformedException("%s is not %s".formatted(field, kind));
    }
  }
}
