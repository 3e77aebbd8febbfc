package dev.headroom.cli.load;

import dev.headroom.broker.TetheredProcess;
import dev.headroom.wire.Topics;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// The monitor as a child process, measured from outside: its counters, CPU time, memory and
/// scrapes.
final class MonitorUnderLoad implements AutoCloseable {

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");
  private static final String RECEIVED = "headroom_received_records_total";
  private static final String SAMPLES_RECEIVED =
      RECEIVED + "{topic=\"%s\"}".formatted(Topics.MEMORY_SAMPLES);
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final TetheredProcess process;
  private final URI metrics;
  private final HttpClient http = HttpClient.newHttpClient();

  /// How a backlog was taken in, from the first sample that came to the last.
  ///
  /// @param rate samples a second
  /// @param warmRate of the second half, when the JVM has compiled what is hot
  /// @param cpuMicros of the monitor's process, a sample of the second half
  record Backlog(double rate, double warmRate, double cpuMicros) {}

  /// One scrape as a Prometheus would see it.
  record Scrape(double seconds, long bytes) {}

  /// @param process that serves `metrics`
  MonitorUnderLoad(TetheredProcess process, URI metrics) {
    this.process = process;
    this.metrics = metrics;
  }

  /// @param heap such as `1g`
  /// @param settings further environment
  static MonitorUnderLoad start(
      Path home, String broker, String heap, Path log, Map<String, String> settings)
      throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    List<String> command =
        List.of(
            JAVA.resolve("java").toString(),
            "-Xmx" + heap,
            // As the launcher starts it.
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseParallelGC",
            "-XX:NewRatio=1",
            "--enable-native-access=ALL-UNNAMED",
            "-jar",
            home.resolve("quarkus-app/quarkus-run.jar").toString());
    var environment = new TreeMap<>(System.getenv());
    environment.put("HEADROOM_KAFKA", broker);
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    environment.putAll(settings);
    return new MonitorUnderLoad(
        TetheredProcess.start(command, environment, log),
        URI.create("http://127.0.0.1:" + port + "/metrics"));
  }

  /// Where it listens.
  URI address() {
    return metrics.resolve("/");
  }

  /// Watches so many samples being taken in.
  Backlog backlog(long samples) throws IOException, InterruptedException {
    waitFor(1);
    long start = System.nanoTime();
    long first = received();
    waitFor(samples / 2);
    long half = System.nanoTime();
    Duration cpu = cpu();
    long middle = received();
    waitFor(samples);
    long end = System.nanoTime();
    long left = Math.max(1, samples - middle);
    return new Backlog(
        (samples - first) / ((end - start) / 1e9),
        left / ((end - half) / 1e9),
        cpu().minus(cpu).toNanos() / 1e3 / left);
  }

  void waitFor(long samples) throws IOException, InterruptedException {
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (received() < samples) {
      if (!process.isAlive()) {
        throw new IOException(
            "the monitor ended before it received %d samples; --heap gives it more memory"
                .formatted(samples));
      }
      if (System.nanoTime() > until) {
        throw new IOException(
            "the monitor received %d of %d samples in time; measure while nothing else runs here"
                .formatted(received(), samples));
      }
      LockSupport.parkNanos(100_000_000);
      if (Thread.interrupted()) {
        throw new InterruptedException("waiting for samples");
      }
    }
  }

  long received() {
    return values(RECEIVED).getOrDefault(SAMPLES_RECEIVED, 0.0).longValue();
  }

  /// Every series of one metric, with its value.
  Map<String, Double> values(String metric) {
    var values = new TreeMap<String, Double>();
    try {
      URI only = URI.create(metrics + "?name%5B%5D=" + metric);
      for (String line : text(get(only, "identity")).lines().toList()) {
        if (line.startsWith(metric)) {
          int space = line.lastIndexOf(' ');
          values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        }
      }
    } catch (IOException e) {
      return Map.of();
    }
    return values;
  }

  /// How many series a whole scrape has.
  long series() throws IOException {
    return text(get(metrics, "identity")).lines().filter(line -> !line.startsWith("#")).count();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The fastest and the slowest of some scrapes.
  List<Scrape> scrapes(int count, String encoding) throws IOException {
    var all = new ArrayList<Scrape>();
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      byte[] body = get(metrics, encoding);
      all.add(new Scrape((System.nanoTime() - start) / 1e9, body.length));
      LockSupport.parkNanos(500_000_000);
    }
    return all;
  }

  private byte[] get(URI uri, String encoding) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Accept-Encoding", encoding)
            .timeout(Duration.ofSeconds(60))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException("/metrics answers " + response.statusCode());
      }
      return response.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  Duration cpu() {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /// Bytes of what is alive after a full collection, without the collector's own fillers, which
  /// stand where something died.
  long heap() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                JAVA.resolve("jcmd").toString(), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    jcmd.waitFor();
    long fillers = 0;
    for (String line : text.lines().toList()) {
      String[] columns = line.trim().split("\\s+", -1);
      if (line.contains("FillerElement")) {
        fillers += Long.parseLong(columns[2]);
      } else if (line.startsWith("Total")) {
        return Long.parseLong(columns[2]) - fillers;
      }
    }
    throw new IOException("jcmd says: " + text);
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(20));
  }
}
