package dev.headroom.ingest;

import dev.headroom.broker.TetheredProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A [MonitorMain] that can be killed and frozen, looked at from outside.
final class MonitorProcess implements AutoCloseable {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  final String name;
  private final TetheredProcess process;
  private final int port;
  private boolean frozen;

  private MonitorProcess(String name, TetheredProcess process, int port) {
    this.name = name;
    this.process = process;
    this.port = port;
  }

  /// One of this build.
  ///
  /// @param heap such as `128m`
  static MonitorProcess start(String name, String broker, String heap, Map<String, String> settings)
      throws IOException {
    return start(name, System.getProperty("java.class.path"), broker, heap, settings);
  }

  /// @param classPath of the build that it is of
  static MonitorProcess start(
      String name, String classPath, String broker, String heap, Map<String, String> settings)
      throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-cp",
                classPath,
                MonitorMain.class.getName(),
                broker,
                Integer.toString(port)));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    Path log = Path.of("target", "monitor-" + name + ".log").toAbsolutePath();
    return new MonitorProcess(name, TetheredProcess.start(command, Map.of(), log), port);
  }

  /// Its own jobs by name, each as a line that tells all of it; empty where it does not answer.
  Map<String, String> jobs() {
    var jobs = new TreeMap<String, String>();
    ask("/jobs").lines().forEach(line -> jobs.put(line.substring(0, line.indexOf(' ')), line));
    return jobs;
  }

  /// Why it is not ready; empty where it is.
  String notReadyReason() {
    return ask("/ready");
  }

  /// What its jobs are expected to hold; empty where it does not answer.
  String expected() {
    return ask("/expected");
  }

  boolean isReady() {
    return get("/ready").filter(String::isEmpty).findAny().isPresent();
  }

  Stream<String> metrics() {
    return ask("/metrics").lines();
  }

  private String ask(String path) {
    return get(path).findAny().orElse("");
  }

  private Stream<String> get(String path) {
    if (frozen || !process.isAlive()) {
      return Stream.empty();
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .timeout(Duration.ofSeconds(5))
              .build();
      return Stream.of(HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException _) {
      return Stream.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Stream.empty();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isFrozen() {
    return frozen;
  }

  void freeze() throws IOException, InterruptedException {
    signal("STOP");
    frozen = true;
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
    frozen = false;
  }

  private void signal(String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  /// As a crash would.
  void kill() {
    process.kill();
  }

  /// Asks it to end (SIGTERM) and waits until it has.
  @Override
  public void close() {
    process.stop(Duration.ofSeconds(20));
  }
}
