package dev.headroom.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What may become a label's value.
class NameRulesTest {

  @Test
  void everyCharacterIsAllowedOrNot() {
    for (char c = 0; c < 300; c++) {
      String name = "a" + c;
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      boolean inNames = letter || "._:-".indexOf(c) >= 0;
      assertThat(NameRules.isName(name)).as("U+%04X", (int) c).isEqualTo(inNames);
      boolean inGpus = inNames || c == '/';
      if (inGpus) {
        NameRules.requireGpu(name);
      } else {
        assertThatThrownBy(() -> NameRules.requireGpu(name))
            .hasMessageStartingWith("gpu is not 1 to 128 of A-Za-z0-9._:/-: a");
      }
    }
  }

  @Test
  void lengthsAreBounded() {
    assertThat(NameRules.isName("")).isFalse();
    assertThat(NameRules.isName("a".repeat(128))).isTrue();
    assertThat(NameRules.isName("a".repeat(129))).isFalse();
    assertThatCode(() -> NameRules.requireHost("a".repeat(253))).doesNotThrowAnyException();
    assertThatThrownBy(() -> NameRules.requireHost("a".repeat(254)))
        .hasMessage("host is not 1 to 253 of A-Za-z0-9._:-: " + "a".repeat(80) + "…");
    assertThatCode(() -> NameRules.requireText("model", "ü".repeat(256)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> NameRules.requireText("model", "a".repeat(257)))
        .hasMessage("model is longer than 256: 257");
  }

  @Test
  void absentIsAllowedWhereItIsUnknown() {
    assertThatCode(
            () -> {
              NameRules.requireRun(null);
              NameRules.requireHost(null);
              NameRules.requireText("model", null);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void saysWhichNameItIsWithoutRepeatingWhatCannotBeRead() {
    assertThatThrownBy(() -> NameRules.requireJob("a\u202Eb"))
        .hasMessage("job is not 1 to 128 of A-Za-z0-9._:-: a\\u202Eb");
    assertThatThrownBy(() -> NameRules.requireRun("a b"))
        .hasMessage("run is not 1 to 128 of A-Za-z0-9._:-: a b");
    assertThatThrownBy(() -> NameRules.requireText("driver", "a\u0007"))
        .hasMessage("driver has a character that is not printable: U+0007");
  }

  @Test
  void printableIsWhatNeitherControlsNorFormats() {
    assertThat("aé漢 ~".codePoints()).allMatch(NameRules::isPrintable);
    assertThat(NameRules.isPrintable(0x1F600)).isTrue();
    assertThat(List.of(0, 0x0A, 0x7F, 0x202E, 0x2028, 0x2029, 0xD800))
        .noneMatch(NameRules::isPrintable);
  }
}
