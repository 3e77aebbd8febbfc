package dev.headroom.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextBarsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 100, '', ''",
    "5, 0, '', ''",
    "1, 1000000, ▏, #",
    "10, 100, ███, ###",
    "11, 100, ███▎, ###",
    "100, 100, ██████████████████████████████, ##############################",
  })
  void showsAShare(long part, long whole, String blocks, String plain) {
    // Then
    assertThat(new TextBars(true).of(part, whole)).isEqualTo(blocks);
    assertThat(new TextBars(false).of(part, whole)).isEqualTo(plain);
  }
}
