package dev.headroom.wire.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class StrictFieldsTest {

  private static final String ALL =
      """
      text: ' a '
      number: 5
      flag: true
      price: 2.5
      texts: [a, ' b ']
      counts: [1, 2]
      objects: [{x: 1}, {x: 2}]
      nothing: null
      """;

  private final StrictFields fields = file(ALL);

  @Test
  void readsEachKindOfValue() {
    assertThat(fields.text("text")).isEqualTo("a");
    assertThat(fields.optionalText("none")).isEmpty();
    assertThat(fields.optionalText("nothing")).isEmpty();
    assertThat(fields.count("number", 5, 5)).isEqualTo(5);
    assertThat(fields.count("none", 7, 1, 9)).isEqualTo(7);
    assertThat(fields.flag("flag")).isTrue();
    assertThat(fields.flag("none")).isFalse();
    assertThat(fields.number("price")).isEqualTo(2.5);
    assertThat(fields.number("none")).isNull();
    assertThat(fields.texts("texts", 2)).containsExactly("a", "b");
    assertThat(fields.texts("none", 2)).isEmpty();
    assertThat(fields.counts("counts", 2)).containsExactly(1, 2);
    List<StrictFields> objects = fields.objects("objects", 2);
    assertThat(objects).extracting(StrictFields::place).containsExactly("objects[0]", "objects[1]");
    assertThat(objects.getLast().count("x", 1, 9)).isEqualTo(2);
    assertThat(fields.has("text")).isTrue();
    assertThat(fields.has("nothing")).isFalse();
  }

  @Test
  void refusesWhatNobodyRead() {
    assertThatThrownBy(fields::requireNothingElse).hasMessage("text is unknown");
    StrictFields object = StrictFields.of(file("a: {b: 1, c: 2}").node("a"), "a");
    object.count("b", 1, 9);
    refuses(object::requireNothingElse, "a.c is unknown");
    object.count("c", 1, 9);
    object.requireNothingElse();
  }

  @Test
  void namesThePlaceAndTheValue() {
    refuses(() -> fields.text("number"), "number is not 1 to 256 characters: 5");
    refuses(() -> fields.text("none"), "none is missing");
    refuses(() -> fields.count("none", 1, 9), "none is missing");
    refuses(() -> fields.count("number", 6, 9), "number is not 6 to 9: 5");
    refuses(() -> fields.count("number", 1, 4), "number is not 1 to 4: 5");
    refuses(() -> fields.count("price", 1, 9), "price is not 1 to 9: 2.5");
    refuses(() -> fields.count("text", 1, 9), "text is not 1 to 9: \" a \"");
    refuses(() -> fields.flag("number"), "number is neither true nor false: 5");
    refuses(() -> fields.number("text"), "text is no number: \" a \"");
    refuses(() -> fields.texts("text", 9), "text is no list: \" a \"");
    refuses(() -> fields.texts("texts", 1), "texts has more than 1: 2");
    refuses(() -> fields.texts("counts", 9), "counts has what is not 1 to 256 characters: 1");
    refuses(() -> fields.counts("texts", 9), "texts has what is no number: \"a\"");
    refuses(() -> fields.objects("counts", 9), "counts[0] is no object with fields: 1");
    refuses(() -> fields.objects("objects", 1), "objects has more than 1: 2");
    refuses(() -> StrictFields.of(null, "x"), "x is no object with fields: null");
    refuses(
        () -> file("text: '" + "x".repeat(257) + "'").text("text"),
        "text is not 1 to 256 characters: \"" + "x".repeat(59) + "…");
    assertThat(file("text: '" + "x".repeat(256) + "'").text("text")).hasSize(256);
    refuses(() -> file("text: ' '").text("text"), "text is not 1 to 256 characters: \" \"");
  }

  @Test
  void aFileIsBounded() {
    refuses(() -> file("a: [").has("a"), "no YAML: line 1: ");
    refuses(() -> file("- 1"), "it is no object with fields: [1]");
    refuses(() -> file("#" + "x".repeat(4 << 20)), "longer than 4194304 bytes");
  }

  private static void refuses(ThrowingCallable read, String why) {
    assertThatThrownBy(read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }

  private static StrictFields file(String text) {
    return StrictFields.ofFile(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }
}
