package dev.headroom.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

  @ParameterizedTest
  @CsvSource({"80, 0", "81, 1", "400, 1"})
  void quotesEightyCharacters(int length, int dots) {
    String text = "x".repeat(length);
    assertThat(Printable.quoted(text)).isEqualTo("x".repeat(80) + "…".repeat(dots));
    assertThat(Printable.truncated(text)).isEqualTo(text);
  }

  @Test
  void cutsAReasonAfterFourHundred() {
    assertThat(Printable.truncated("y".repeat(401))).isEqualTo("y".repeat(400) + "…");
  }

  @Test
  void spellsOutWhatCannotBeRead() {
    assertThat(Printable.quoted("a\u0000b\u202E ~é\uD83D\uDE00\uD800"))
        .isEqualTo("a\\u0000b\\u202E ~é\uD83D\uDE00\\uD800");
    assertThat(Printable.quoted("")).isEmpty();
  }

  @Test
  void isPrintableOnlyAsAWhole() {
    assertThat(Printable.isPrintable("aé漢\uD83D\uDE00")).isTrue();
    assertThat(Printable.isPrintable("")).isTrue();
    assertThat(Printable.isPrintable("a\u007Fb")).isFalse();
    assertThat(Printable.isPrintable("ab\n")).isFalse();
    assertThat(Printable.isPrintable("\tab")).isFalse();
  }
}
