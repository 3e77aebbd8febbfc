package dev.headroom.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.MemorySize;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each kind of value is read, or refused by the field's name.
class MessageReaderTest {

  /// Reads the field `f` of a message.
  private interface Value {
    Object read(MessageReader in) throws MalformedException, IOException;
  }

  @Test
  void readsEachKindOfValue() throws MalformedException {
    assertThat(read("'a'", in -> in.string("f"))).isEqualTo("a");
    assertThat(read("['a', 'b']", in -> in.strings("f"))).isEqualTo(List.of("a", "b"));
    assertThat(read("[]", in -> in.strings("f"))).isEqualTo(List.of());
    assertThat(read("1500", in -> in.time("f"))).isEqualTo(Instant.ofEpochMilli(1500));
    assertThat(read("'1970-01-01T00:00:01.5Z'", in -> in.time("f")))
        .isEqualTo(Instant.ofEpochMilli(1500));
    assertThat(read("7", in -> in.size("f"))).isEqualTo(new MemorySize(7));
    assertThat(read("2147483647", in -> in.smallInteger("f"))).isEqualTo(Integer.MAX_VALUE);
    assertThat(read("0", in -> in.integer("f"))).isEqualTo(0L);
    assertThat(read("9223372036854775807", in -> in.integer("f"))).isEqualTo(Long.MAX_VALUE);
    assertThat(read("-7", in -> in.signedInteger("f"))).isEqualTo(-7L);
    assertThat(read("-0.5", in -> in.number("f"))).isEqualTo(-0.5);
    assertThat(read("3", in -> in.number("f"))).isEqualTo(3.0);
    assertThat(read("true", in -> in.bool("f"))).isEqualTo(true);
    assertThat(read("false", in -> in.bool("f"))).isEqualTo(false);
    assertThat(read("'abc'", in -> in.name("f", 3))).isEqualTo("abc");
  }

  @Test
  void knowsWhatIsUnderTheCursor() throws MalformedException {
    assertThat(read("null", MessageReader::isNull)).isEqualTo(true);
    assertThat(read("0", MessageReader::isNull)).isEqualTo(false);
    assertThat(read("'a'", MessageReader::isString)).isEqualTo(true);
    assertThat(read("1", MessageReader::isString)).isEqualTo(false);
    assertThat(
            read(
                "[1]",
                in -> {
                  boolean array = in.isArray();
                  in.skip();
                  return array;
                }))
        .isEqualTo(true);
    assertThat(read("1", MessageReader::isArray)).isEqualTo(false);
  }

  @Test
  void goesThroughObjectsAndPastWhatNobodyKnows() throws MalformedException {
    assertThat(
            read(
                "{'x': {'deep': [1, 2]}, 'y': [[3]], 'z': 4}",
                in -> {
                  in.object("f");
                  var names = new StringBuilder();
                  for (String name = in.nextField(); name != null; name = in.nextField()) {
                    names.append(name);
                    in.skip();
                  }
                  return names.toString();
                }))
        .isEqualTo("xyz");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "string | 1 | f is not a string",
        "strings | 'a' | f is not an array",
        "strings | [1] | f is not a string",
        "time | true | f is not a time",
        "time | -1 | f < 0: -1",
        "time | 'now' | time is not RFC 3339 in UTC: now",
        "size | -1 | f < 0: -1",
        "smallInteger | 2147483648 | f is too large: 2147483648",
        "integer | -1 | f < 0: -1",
        "integer | 1.5 | f is not a whole number",
        "integer | 9223372036854775808 | f is too large: 9223372036854775808",
        "number | 'a' | f is not a number",
        "number | 1e999 | f is not finite: 1e999",
        "bool | 1 | f is neither true nor false",
        "name | '' | f is not 1 to 3 printable characters:",
        "name | 'abcd' | f is not 1 to 3 printable characters: abcd",
        "object | [] | f is not an object",
        "array | {} | f is not an array",
        "schema | 'b' | schema is not a: b"
      })
  void refusesOtherKindsByName(String kind, String json, String why) {
    Value value =
        in ->
            switch (kind) {
              case "string" -> in.string("f");
              case "strings" -> in.strings("f");
              case "time" -> in.time("f");
              case "size" -> in.size("f");
              case "smallInteger" -> in.smallInteger("f");
              case "integer" -> in.integer("f");
              case "number" -> in.number("f");
              case "bool" -> in.bool("f");
              case "name" -> in.name("f", 3);
              default -> {
                if (kind.equals("object")) {
                  in.object("f");
                } else if (kind.equals("array")) {
                  in.array("f");
                } else {
                  in.schema("a");
                }
                yield "";
              }
            };
    assertThatThrownBy(() -> read(json, value)).hasMessageStartingWith(why);
  }

  /// confluent-kafka-dotnet#1938: a schema registry's serializer puts five bytes before the JSON.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00000000077b7d | begins with 0x00: a schema registry's format?",
        "fffe7b007d00 | begins with 0xff: UTF-16? JSON is UTF-8",
        "feff007b007d | begins with 0xfe: UTF-16? JSON is UTF-8",
        "7b007d00 | begins with 0x7b: UTF-16? JSON is UTF-8",
        "007b007d | begins with 0x00: UTF-16? JSON is UTF-8"
      })
  void refusesWhatIsNotUtf8ByItsFirstByte(String bytes, String why) {
    byte[] message = HexFormat.of().parseHex(bytes);
    assertThatThrownBy(() -> MessageReader.read(message, 1000, new StringPool(16), _ -> ""))
        .hasMessage(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | not a JSON object",
        "{} {} | something follows the JSON object",
        "{ | not JSON: Unexpected end-of-input",
        "{'a': 1,} | not JSON: ",
        "{'a': [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]} | not JSON: Document nesting depth (17)",
        "{'a': 1234567890123456789012345678901234567890123} | not JSON: Number value length (43)",
        "{'a': 'a bit longer than this message may be, which is a hundred bytes, so nothing reads"
            + " it'} | longer than 80 bytes:"
      })
  void refusesWhatIsNoMessage(String json, String why) {
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    assertThatThrownBy(
            () ->
                MessageReader.read(
                    bytes,
                    80,
                    new StringPool(4),
                    in -> {
                      for (String f = in.nextField(); f != null; f = in.nextField()) {
                        in.skip();
                      }
                      return "";
                    }))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith(why);
  }

  @Test
  void whatABodyRefusesIsMalformed() {
    assertThatThrownBy(
            () ->
                read(
                    "1",
                    _ -> {
                      throw new IllegalArgumentException("no\u202Esuch thing");
                    }))
        .isInstanceOf(MalformedException.class)
        .hasMessage("no\\u202Esuch thing");
    assertThat(MessageReader.missing("f")).hasMessage("f is missing");
  }

  private static Object read(String json, Value value) throws MalformedException {
    byte[] bytes = "{'f': %s}".formatted(json).replace('\'', '"').getBytes(UTF_8);
    return MessageReader.read(
        bytes,
        1000,
        new StringPool(4),
        in -> {
          assertThat(in.nextField()).isEqualTo("f");
          Object read = value.read(in);
          assertThat(in.nextField()).isNull();
          return read;
        });
  }
}
