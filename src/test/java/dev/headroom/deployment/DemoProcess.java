package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `./headroom demo` as a user starts it, on free ports, from the build in `target`.
final class DemoProcess implements AutoCloseable {

  private static final Path LAUNCHER = Path.of("headroom").toAbsolutePath();

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();

  /// What it printed until all of it ran.
  final List<String> said = new ArrayList<>();

  private DemoProcess(Process process) {
    this.process = process;
  }

  /// Returns when the demo says that it runs.
  ///
  /// @param past seconds that its jobs have lived already
  static DemoProcess start(long past) throws IOException {
    Process process =
        launched("demo", "--port", "0", "--kafka-port", "0", "--past", Long.toString(past));
    var demo = new DemoProcess(process);
    BufferedReader output = process.inputReader(UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      demo.said.add(line);
      if (line.contains("Ctrl-C stops it.")) {
        drain(output);
        return demo;
      }
    }
    demo.close();
    throw new IOException("the demo ended: " + String.join("\n", demo.said));
  }

  /// A role of the launcher as a process of its own.
  static Process launched(String... arguments) throws IOException {
    return launched(Map.of(), arguments);
  }

  /// @param environment of that role, beside this process's own
  static Process launched(Map<String, String> environment, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    // By another name than the launcher's own: it takes it as it is, and builds nothing.
    builder.environment().put("HEADROOM_HOME", Path.of("target").toAbsolutePath() + "/.");
    builder.environment().keySet().removeIf(name -> name.startsWith("HEADROOM_KAFKA"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /// So that it never waits for a reader.
  static void drain(BufferedReader output) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (output.readLine() != null) {
                  // Nobody asks for it.
                }
              } catch (IOException _) {
                // It ended.
              }
            });
  }

  URI monitor() {
    return URI.create(found("page +(http://127\\.0\\.0\\.1:\\d+)/"));
  }

  String kafka() {
    return found("Kafka +(127\\.0\\.0\\.1:\\d+)");
  }

  /// The text at a path of the monitor.
  String get(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(monitor().resolve(path)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private String found(String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(String.join("\n", said));
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in " + said);
    }
    return matcher.group(1);
  }

  /// The processes that it started.
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /// Sends SIGTERM, and tells how it ended.
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the demo does not end on SIGTERM");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
