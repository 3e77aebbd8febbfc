package dev.headroom.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What it refuses before it starts anything, and what it leaves where there is no broker.
class LoadCommandTest {

  private static final String HOME = "headroom.home";
  private static final String TEMPORARY = "java.io.tmpdir";
  private static final String DELAYS = "headroom_ingest_delay_seconds";

  @TempDir private Path home;
  private final StringWriter err = new StringWriter();
  private final String temporary = System.getProperty(TEMPORARY);

  @BeforeEach
  void setHome() {
    System.setProperty(HOME, home.toString());
  }

  @AfterEach
  void restore() {
    System.clearProperty(HOME);
    System.setProperty(TEMPORARY, temporary);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--samples     | 999        | 1000000001 | 1000 to 1000000000",
        "--jobs        | 0          | 1000001    | 1 to 1000000",
        "--rate        | 0          | 10000001   | 1 to 10000000",
        "--seconds     | 0          | 3601       | 1 to 3600",
        "--subscribers | -1         | 257        | 0 to 256",
      })
  void refusesWhatIsOutOfRangeInOneLine(String option, String low, String high, String range) {
    for (String value : new String[] {low, high}) {
      err.getBuffer().setLength(0);
      assertThat(run(option, value)).isEqualTo(2);
      assertThat(err.toString().lines())
          .containsExactly(
              "%s must be %s, not %s (try 'load --help')".formatted(option, range, value));
    }
  }

  @ParameterizedTest
  @CsvSource({"1t", "0g", "m", "1024 m"})
  void refusesAHeapThatIsNoSize(String heap) {
    assertThat(run("--heap", heap)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("--heap must be a size such as 512m or 1g, not %s (".formatted(heap));
  }

  @Test
  void withoutABrokerItFailsAndLeavesNothing() throws IOException {
    // Given
    Path parent = Files.createDirectory(home.resolve("tmp"));
    System.setProperty(TEMPORARY, parent.toString());

    // When: the largest and the smallest that it takes
    int exit =
        run(
            "--samples=1000",
            "--jobs=1000000",
            "--rate=10000000",
            "--seconds=3600",
            "--subscribers=256",
            "--heap=512m",
            "--per-gpu");

    // Then
    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).contains("the broker's storage could not be formatted");
    try (Stream<Path> left = Files.list(parent)) {
      assertThat(left.filter(file -> file.toString().contains("headroom-load"))).isEmpty();
    }
  }

  @Test
  void thePercentileIsTheBoundThat99PercentOfWhatCameInBetweenStaysBelow() {
    // Given 100 that came in between; 98, 99 and 100 of them below the bounds
    Map<String, Double> before = delays(1000, 1000, 1000, 1000);
    assertThat(LoadCommand.percentile(before, delays(1098, 1099, 1100, 1100))).isEqualTo("0.5");
    assertThat(LoadCommand.percentile(before, delays(1099, 1099, 1100, 1100))).isEqualTo("0.05");
    assertThat(LoadCommand.percentile(before, delays(1000, 1000, 1100, 1100))).isEqualTo("+Inf");
    assertThat(LoadCommand.percentile(Map.of(), delays(98, 98, 100, 100))).isEqualTo("+Inf");
    assertThat(LoadCommand.percentile(Map.of(), Map.of())).isEqualTo("?");
  }

  private static Map<String, Double> delays(double low, double high, double all, double count) {
    return Map.of(
        DELAYS + "_bucket{le=\"0.05\"}", low,
        DELAYS + "_bucket{le=\"0.5\"}", high,
        DELAYS + "_bucket{le=\"+Inf\"}", all,
        DELAYS + "_count", count,
        DELAYS + "_sum", 1e9);
  }

  private int run(String... arguments) {
    return new CommandLine(new LoadCommand())
        .setParameterExceptionHandler(Main::refused)
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
