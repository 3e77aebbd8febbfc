package dev.headroom.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.broker.TetheredProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The agent as its users start it: a process of its own, which finds the driver's library by the
/// loader's path.
final class AgentProcess implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("metrics and health on port (\\d+)");

  private final TetheredProcess process;
  private final Path log;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private AgentProcess(TetheredProcess process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Starts it.
  ///
  /// @param before what its JVM is started by; empty for nothing
  /// @param driver the folder of the library
  static AgentProcess start(List<String> before, Path driver, Path log, String... options)
      throws IOException {
    var command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.headroom.cli.Main",
            "agent",
            "--listen",
            "127.0.0.1:0"));
    command.addAll(List.of(options));
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("HEADROOM_"));
    environment.put("LD_LIBRARY_PATH", driver.toString());
    return new AgentProcess(TetheredProcess.start(command, environment, log), log);
  }

  /// All that it said so far, on either stream; nothing until it is there.
  String said() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How often it has read the devices; 0 while it does not answer.
  double readings() {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith("headroom_agent_readings_total "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  /// The body that it answers with, whatever the status; empty while it does not.
  String get(String path) {
    Matcher port = PORT.matcher(said());
    if (!port.find()) {
      return "";
    }
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port.group(1) + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return http.send(request, BodyHandlers.ofString(UTF_8)).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(10));
    http.close();
  }
}
