package dev.headroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What it refuses, what it prints, and that it serves and ends; on simulated GPUs.
class AgentCommandTest {

  private static final Pattern STARTED =
      Pattern.compile("headroom agent: node-7, metrics and health on port ([1-9]\\d*)\n");

  private final StringWriter err = new StringWriter();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream before = System.out;

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--period=3600001       | --period must be 1 to 3600000, not 3600001",
        "--period=0             | --period must be 1 to 3600000, not 0",
        "--buffer=10000001      | --buffer must be 1 to 10000000, not 10000001",
        "--buffer=0             | --buffer must be 1 to 10000000, not 0",
        "--simulated-gpus=0     | --simulated-gpus must be 1 to 64, not 0",
        "--simulated-gpus=65    | --simulated-gpus must be 1 to 64, not 65",
        "--listen=65536         | the port of --listen must be 0 to 65535, not 65536",
        "--listen=127.0.0.1:-1  | the port of --listen must be 0 to 65535, not -1",
        "--listen=[::1]:x       | --listen must be ADDRESS:PORT, such as 127.0.0.1:9401, not [::1]:x",
        "--probe=rocm           | Invalid value for option '--probe'",
        "--job-pattern=(        | Invalid value for option '--job-pattern'",
      })
  void refusesWhatItCannotDo(String option, String refusal) {
    assertThat(run("--host=node-7", option)).isEqualTo(2);
    assertThat(err.toString()).startsWith(refusal);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void printsTheMessagesOfEachSampleAndSendsNone() throws InterruptedException {
    // When
    Thread agent =
        Thread.ofPlatform()
            .start(() -> run("--print", "--probe=simulated", "--simulated-gpus=3", "--period=20"));
    await().atMost(Duration.ofSeconds(30)).until(() -> said().contains("\"index\":2"));
    agent.interrupt();

    // Then
    assertThat(agent.join(Duration.ofSeconds(10))).isTrue();
    assertThat(said()).contains("headroom/device-sample/1").doesNotContain("\"index\":3");
    assertThat(said()).doesNotContain("metrics and health");
  }

  @Test
  void servesItsMetricsUntilItIsStopped() throws IOException, InterruptedException {
    // When: a port alone is one of this machine
    Thread agent =
        Thread.ofPlatform()
            .start(
                () ->
                    run(
                        "--probe=simulated",
                        "--simulated-gpus=1",
                        "--host=node-7",
                        "--listen=0",
                        "--kafka=127.0.0.1:1",
                        "--period=20"));
    await().atMost(Duration.ofSeconds(30)).until(() -> STARTED.matcher(said()).find());
    String port =
        STARTED.matcher(said()).results().map(AgentCommandTest::port).findFirst().orElse("");

    // Then
    try (HttpClient client = HttpClient.newHttpClient()) {
      var metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"));
      assertThat(client.send(metrics.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
    agent.interrupt();
    assertThat(agent.join(Duration.ofSeconds(20))).isTrue();
  }

  private static String port(MatchResult started) {
    return started.group(1);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(String... options) {
    var arguments = new String[options.length + 1];
    arguments[0] = "agent";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Main.commandLine().setErr(new PrintWriter(err, true)).execute(arguments);
  }
}
