package dev.headroom.cli.option;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Refuses values of a command's options that are out of range, before the command starts anything.
public record OptionRange(CommandSpec command) {

  /// The range of a command's options.
  ///
  /// @param command null only before picocli has set it
  public static OptionRange of(@Nullable CommandSpec command) {
    if (command == null) {
      throw new IllegalStateException("the command was not parsed");
    }
    return new OptionRange(command);
  }

  /// Checks one value; both bounds belong to the range.
  ///
  /// @param option as users write it, such as `--jobs`
  /// @throws ParameterException naming option, range and value
  public void require(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new ParameterException(
          command.commandLine(),
          "%s must be %s to %s, not %s".formatted(option, text(least), text(most), text(value)));
    }
  }

  /// Checks a whole number, in the same way.
  public void require(String option, long value, long least, long most) {
    require(option, (double) value, (double) least, (double) most);
  }

  /// Checks a TCP port; 0 takes a free one.
  public void requirePort(String option, int port) {
    require(option, port, 0, 65_535);
  }

  private static String text(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }
}
