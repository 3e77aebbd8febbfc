package dev.headroom.wire.memorysample;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.wire.json.StringPool;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The usual form is read; any other is left to the parser.
class FastJsonTest {

  private final FastJson json = new FastJson(new StringPool(8));

  @Test
  void goesPastMarksAndTheSpaceBehindThem() {
    json.begin(bytes("{a: b,c,  d"));
    assertThat(json.skip('x')).isFalse();
    assertThat(json.skip('{')).isTrue();
    assertThat(json.skipMark(':')).isFalse();
    assertThat(json.skip('a')).isTrue();
    assertThat(json.skipMark(':')).isTrue();
    assertThat(json.skip('b')).isTrue();
    assertThat(json.skipMark(',')).isTrue();
    assertThat(json.skip('c')).isTrue();
    assertThat(json.skipMark(',')).isTrue();
    assertThat(json.skip('d')).isFalse();
    assertThat(json.at()).isEqualTo(9);
    assertThat(json.isAtEnd()).isFalse();
    json.goTo(11);
    assertThat(json.isAtEnd()).isTrue();
    assertThat(json.skip('d')).isFalse();
  }

  @Test
  void findsAWordAmongSeveral() {
    byte[][] words = {bytes("\"run\""), bytes("\"rank\""), bytes("\"job\"")};
    json.begin(bytes("\"rank\"\"job\"\"run\"\"gpu\"nullnul"));
    assertThat(json.indexOf(words, 1)).isEqualTo(1);
    assertThat(json.indexOf(words, 0)).isEqualTo(2);
    assertThat(json.indexOf(words, 2)).isZero();
    assertThat(json.indexOf(words, 0)).isEqualTo(FastJson.NONE);
    assertThat(json.skipNull()).isFalse();
    assertThat(json.skip(bytes("\"gpu\""))).isTrue();
    assertThat(json.skipNull()).isTrue();
    assertThat(json.skipNull()).isFalse();
  }

  @Test
  void readsNamesUpToTheirBound() {
    String longest = "x".repeat(128);
    assertThat(name("\"a b~\"")).isEqualTo("a b~");
    assertThat(name("\"\"")).isEmpty();
    assertThat(name('"' + longest + '"')).isEqualTo(longest);
    assertThat(name('"' + longest + "x\"")).isNull();
    assertThat(name("\"a\\n\"")).isNull();
    assertThat(name("\"a\tb\"")).isNull();
    assertThat(name("\"é\"")).isNull();
    assertThat(name("\"open")).isNull();
    assertThat(name("null")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "1234567890, 1234567890",
    "999999999999999999, 999999999999999999",
    "1000000000000000000, -1",
    "01, -1",
    "-1, -1",
    "x, -1"
  })
  void readsWholeNumbersOfAtMostEighteenDigits(String text, long value) {
    json.begin(bytes(text));
    assertThat(json.integer()).isEqualTo(value);
  }

  @Test
  void equalSizesInARowAreOneObject() {
    json.begin(bytes("4096"));
    MemorySize first = json.size(null);
    assertThat(first).isEqualTo(new MemorySize(4096));
    json.begin(bytes("4096"));
    assertThat(json.size(first)).isSameAs(first);
    json.begin(bytes("4097"));
    assertThat(json.size(first)).isEqualTo(new MemorySize(4097));
    json.begin(bytes("x"));
    assertThat(json.size(first)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T21:00:00Z",
        "2026-11-23T21:00:00.5Z",
        "2026-11-23T21:00:00.123456789Z",
        "2026-11-23T21:00:01Z",
        "1969-12-31T23:59:59.999Z"
      })
  void readsTimes(String text) {
    json.begin(bytes('"' + text + '"'));
    assertThat(json.time()).isEqualTo(Instant.parse(text));
    assertThat(json.isAtEnd()).isTrue();
    json.begin(bytes('"' + text + '"'));
    assertThat(json.time()).isEqualTo(Instant.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2026-11-23T21:00:00\"",
        "\"2026-11-23T21:00:00Z",
        "\"2026-11-23T21:00:00.Z\"",
        "\"2026-11-23T21:00:00.1234567890Z\"",
        "\"2026-11-23T21:00:60Z\"",
        "\"2026-13-23T21:00:00Z\"",
        "\"2026-11-23T21:00\"",
        "1764000000000"
      })
  void leavesOtherTimesToTheParser(String text) {
    json.begin(bytes(text));
    assertThat(json.time()).isNull();
  }

  @Test
  void aSecondThatIsNoneIsNotRemembered() {
    json.begin(bytes("\"2026-11-23T21:00:00Z\""));
    assertThat(json.time()).isNotNull();
    json.begin(bytes("\"2026-11-23T21:00:61Z\""));
    assertThat(json.time()).isNull();
    json.begin(bytes("\"2026-11-23T21:00:00Z\""));
    assertThat(json.time()).isEqualTo(Instant.parse("2026-11-23T21:00:00Z"));
  }

  private @Nullable String name(String text) {
    json.begin(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return json.name();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
