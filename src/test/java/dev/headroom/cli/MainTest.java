package dev.headroom.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MainTest {

  /// What a command said on standard error, and how it ended.
  private record Said(int exitCode, String error) {}

  private static Said run(String... arguments) {
    var error = new StringWriter();
    int exitCode = Main.commandLine().setErr(new PrintWriter(error, true)).execute(arguments);
    return new Said(exitCode, error.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo --jobs 0          | --jobs must be 1 to 1000000, not 0",
        "demo --speed 0         | --speed must be 0.001 to 1000, not 0",
        "demo --past -1         | --past must be 0 to 3600, not -1",
        "demo --port 99999      | --port must be 0 to 65535, not 99999",
        "demo --kafka-port -1   | --kafka-port must be 0 to 65535, not -1",
        "simulate --jobs -1     | --jobs must be 1 to 1000000, not -1",
        "simulate --rate 0      | --rate must be 0.001 to 1000, not 0",
        "simulate --rate NaN    | --rate must be 0.001 to 1000, not NaN",
        "simulate --for -1      | --for must be 0 to 31536000, not -1",
        "simulate --prefix a/b  | --prefix takes at most 40 of A-Za-z0-9._:-, not a/b",
        "agent --period 0       | --period must be 1 to 3600000, not 0",
        "agent --buffer 0       | --buffer must be 1 to 10000000, not 0",
        "agent --listen here    | --listen must be ADDRESS:PORT, such as 127.0.0.1:9401, not here",
        "agent --listen a:70000 | the port of --listen must be 0 to 65535, not 70000",
        "predict --batch 0 x    | --batch must be 1 to 2147483647, not 0",
        "predict --accumulate 0 x | --accumulate must be 1 to 2147483647, not 0",
        "predict --world-size -1 x | --world-size must be 1 to 2147483647, not -1",
        "load --jobs 0          | --jobs must be 1 to 1000000, not 0",
        "load --seconds 0       | --seconds must be 1 to 3600, not 0",
        "load --heap much       | --heap must be a size such as 512m or 1g, not much"
      })
  void a_value_out_of_range_is_refused_in_one_line(String line, String refusal) {
    // When
    Said said = run(line.split(" "));
    // Then
    String command = line.substring(0, line.indexOf(' '));
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.error().lines())
        .containsExactly("%s (try 'headroom %s --help')".formatted(refusal, command));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "simulate --kafka nonsense                      | Invalid url in bootstrap.servers: nonsense",
        "agent --probe simulated --kafka nonsense:99999 | Invalid port in bootstrap.servers: nonsense:99999",
      })
  void brokers_that_are_no_address_are_refused_in_one_line(String line, String refusal) {
    // When
    Said said = run(line.split(" +"));
    // Then
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.error().lines())
        .containsExactly("HEADROOM_KAFKA, HEADROOM_KAFKA_… or --kafka: " + refusal);
  }

  @Test
  void keys_that_are_missing_are_told_without_the_way_there() {
    var missing = new NoSuchFileException("/nope");
    var keys = new KafkaException("Failed to load SSL keystore /nope of type JKS", missing);
    var made = new KafkaException("Failed to construct kafka producer", keys);

    assertThat(Main.refusedByKafka(made)).isEqualTo(keys.getMessage());
    assertThat(Main.refusedByKafka(new TimeoutException("no answer"))).isNull();
  }

  @Test
  void a_port_that_is_taken_is_told_with_the_option_that_chooses_another() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      // When
      Said said = run("agent", "--probe", "simulated", "--listen", address);
      // Then
      assertThat(said.exitCode()).isEqualTo(1);
      assertThat(said.error().lines())
          .containsExactly(
              "cannot listen on %s: Address already in use; --listen chooses another address"
                  .formatted(address));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--jobs 5 | monitor takes no options, not --jobs: HEADROOM_… and QUARKUS_… variables"
            + " configure it (docs/configuration.md)",
      })
  void the_launcher_refuses_options_that_the_monitor_does_not_have(String options, String refusal)
      throws Exception {
    // When
    var command = new ArrayList<>(List.of("bash", "headroom", "monitor"));
    command.addAll(List.of(options.split(" ")));
    Process launcher = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(launcher.getInputStream().readAllBytes(), UTF_8);
    // Then
    assertThat(launcher.waitFor()).isEqualTo(2);
    assertThat(said.lines()).containsExactly(refusal);
  }

  @Test
  void the_launchers_help_names_every_command() throws Exception {
    // When
    String launcher = Files.readString(Path.of("headroom"));
    // Then
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      assertThat(launcher).contains("\n  %-9s ".formatted(command.getCommandName()));
    }
  }
}
