package dev.headroom.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class ClusterOptionsTest {

  @Command(name = "cluster")
  private static final class Cluster {
    @Mixin private final ClusterOptions options = new ClusterOptions();
  }

  @Test
  void haveDefaults() {
    ClusterOptions options = parsed();
    assertThat(options.jobs).isEqualTo(20);
    assertThat(options.seed).isEqualTo(1);
    assertThat(options.speed).isEqualTo(1);
    assertThat(options.past).isZero();
  }

  @Test
  void areReadFromTheCommandLine() {
    ClusterOptions options = parsed("--jobs", "3", "--seed", "7", "--speed", "2.5", "--past", "9");
    assertThat(options.jobs).isEqualTo(3);
    assertThat(options.seed).isEqualTo(7);
    assertThat(options.speed).isEqualTo(2.5);
    assertThat(options.past).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource({
    "--jobs, 0, --jobs must be 1 to 1000000",
    "--jobs, 1000001, --jobs must be 1 to 1000000",
    "--speed, 0, --speed must be 0.001 to 1000",
    "--speed, 1001, --speed must be 0.001 to 1000",
    "--past, -1, --past must be 0 to 3600",
    "--past, 3601, --past must be 0 to 3600"
  })
  void refuseWhatNoClusterHas(String option, String value, String why) {
    assertThatThrownBy(() -> parsed(option, value))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith(why);
  }

  private static ClusterOptions parsed(String... arguments) {
    var cluster = new Cluster();
    var command = new CommandLine(cluster);
    command.parseArgs(arguments);
    cluster.options.require(OptionRange.of(command.getCommandSpec()));
    return cluster.options;
  }
}
