package dev.headroom.cli.option;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

class OptionRangeTest {

  private final OptionRange range =
      OptionRange.of(new CommandLine(CommandSpec.create()).getCommandSpec());

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2.5})
  void takesBothBounds(double value) {
    assertThatCode(() -> range.require("--rate", value, 0.5, 2.5)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"0.4, 0.4", "2.6, 2.6", "NaN, NaN", "Infinity, Infinity", "1e9, 1000000000"})
  void refusesWhatIsOutside(double value, String shown) {
    assertThatThrownBy(() -> range.require("--rate", value, 0.5, 2.5))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--rate must be 0.5 to 2.5, not " + shown);
  }

  @Test
  void wholeNumbersAreShownWhole() {
    assertThatCode(() -> range.require("--jobs", 1L, 1, 100)).doesNotThrowAnyException();
    assertThatCode(() -> range.require("--jobs", 100L, 1, 100)).doesNotThrowAnyException();
    assertThatThrownBy(() -> range.require("--jobs", 101L, 1, 100))
        .hasMessage("--jobs must be 1 to 100, not 101");
    assertThatThrownBy(() -> range.require("--jobs", 0L, 1, 100))
        .hasMessage("--jobs must be 1 to 100, not 0");
  }

  @Test
  void aPortIsOneOfTcp() {
    assertThatCode(() -> range.requirePort("--port", 0)).doesNotThrowAnyException();
    assertThatCode(() -> range.requirePort("--port", 65_535)).doesNotThrowAnyException();
    assertThatThrownBy(() -> range.requirePort("--port", 65_536))
        .hasMessage("--port must be 0 to 65535, not 65536");
    assertThatThrownBy(() -> range.requirePort("--port", -1)).hasMessageContaining("not -1");
  }

  @Test
  void isOfACommandThatWasParsed() {
    assertThatThrownBy(() -> OptionRange.of(null)).hasMessage("the command was not parsed");
  }
}
