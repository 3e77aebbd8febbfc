package dev.headroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What it refuses before it starts anything, and what it says where there is no broker.
class SimulateCommandTest {

  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rate   | 1001     | --rate must be 0.001 to 1000, not 1001",
        "--rate   | 0.0001   | --rate must be 0.001 to 1000, not 0.0001",
        "--for    | 31536001 | --for must be 0 to 31536000, not 31536001",
        "--for    | -1       | --for must be 0 to 31536000, not -1",
        "--jobs   | 0        | --jobs must be 1 to 1000000, not 0",
        "--prefix | a b      | --prefix takes at most 40 of A-Za-z0-9._:-, not a b",
        "--prefix | a123456789b123456789c123456789d123456789e |"
            + " --prefix takes at most 40 of A-Za-z0-9._:-, not"
            + " a123456789b123456789c123456789d123456789e",
        "--kafka  | nonsense | HEADROOM_KAFKA, HEADROOM_KAFKA_… or --kafka: Invalid url in"
            + " bootstrap.servers: nonsense",
      })
  void refusesWhatIsOutOfRangeInOneLine(String option, String value, String refusal) {
    assertThat(run("simulate", option, value)).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith(refusal);
  }

  @Test
  void saysThatNoBrokerHasTakenARecord() {
    // Given
    PrintStream before = System.out;
    var out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      // When: the longest prefix that it takes
      int exit =
          run(
              "simulate",
              "--kafka=127.0.0.1:1",
              "--jobs=2",
              "--seed=7",
              "--for=1",
              "--prefix=a123456789b123456789c123456789d123456789");

      // Then
      assertThat(exit).isEqualTo(1);
    } finally {
      System.setOut(before);
    }
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches("headroom simulate: 2 jobs on [1-9]\\d* GPUs, seed 7, to 127.0.0.1:1"),
            line -> assertThat(line).isEqualTo("0 records/s, 0 sent, 0 failed"),
            line -> assertThat(line).isEqualTo("127.0.0.1:1 has taken no record yet"));
  }

  private int run(String... arguments) {
    return Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
  }
}
