package dev.headroom.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What it refuses before it starts anything, and what it says where there is no broker.
class DemoCommandTest {

  private static final String HOME = "headroom.home";
  private static final String TEMPORARY = "java.io.tmpdir";

  @TempDir private Path folder;
  private final String temporary = System.getProperty(TEMPORARY);
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void set() {
    System.setProperty(HOME, folder.toString());
    System.setProperty(TEMPORARY, folder.toString());
  }

  @AfterEach
  void restore() {
    System.clearProperty(HOME);
    System.setProperty(TEMPORARY, temporary);
  }

  @ParameterizedTest
  @CsvSource({
    "--jobs, 1000001, 1 to 1000000",
    "--speed, 1001, 0.001 to 1000",
    "--past, 3601, 0 to 3600",
    "--port, 65536, 0 to 65535",
    "--kafka-port, 65536, 0 to 65535",
  })
  void refusesWhatIsOutOfRangeInOneLine(String option, String value, String range) {
    assertThat(run(option, value)).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "%s must be %s, not %s (try 'demo --help')".formatted(option, range, value));
  }

  @Test
  void withoutABrokerItFails() {
    assertThat(run("--port=0", "--kafka-port=0")).isEqualTo(1);
    assertThat(err.toString()).contains("the broker's storage could not be formatted");
    assertThat(folder.resolve("headroom-demo-" + ProcessHandle.current().pid())).isDirectory();
  }

  private int run(String... arguments) {
    return new CommandLine(new DemoCommand())
        .setParameterExceptionHandler(Main::refused)
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
