package dev.headroom.cli.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.headroom.broker.TetheredProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A monitor whose metrics a small server answers, and whose process is the JDK's file server.
class MonitorUnderLoadTest {

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  @TempDir private Path folder;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private int status = 200;
  private long received;
  private long step;
  private HttpServer server;
  private TetheredProcess process;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          asked.add(
              exchange.getRequestURI().getQuery()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Accept-Encoding"));
          received += step;
          byte[] page =
              """
              # TYPE headroom_received_records_total counter
              headroom_received_records_total{topic="headroom.device-samples"} 7
              headroom_received_records_total{topic="headroom.memory-samples"} %d
              headroom_other 2.5
              """
                  .formatted(received)
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(status, page.length);
          try (exchange) {
            exchange.getResponseBody().write(page);
          }
        });
    server.start();
    process =
        TetheredProcess.start(
            List.of(JAVA.toString(), "-Xmx64m", "-m", "jdk.httpserver", "-p", "0"),
            Map.of(),
            folder.resolve("server.log"));
    await().until(() -> Files.size(folder.resolve("server.log")) > 0);
  }

  @AfterEach
  void close() {
    server.stop(0);
    process.kill();
  }

  /// Says how it was started.
  static final class Started {

    private Started() {}

    public static void main(String[] arguments) {
      System.out.printf(
          "%s %s %s %d%n",
          System.getenv("HEADROOM_KAFKA"),
          System.getenv("QUARKUS_HTTP_PORT"),
          System.getenv("MORE"),
          Runtime.getRuntime().maxMemory() >> 20);
    }
  }

  @Test
  void readsItsMetrics() throws IOException {
    // Given
    received = 12;
    try (var monitor = monitor()) {
      // Then
      assertThat(monitor.address()).isEqualTo(metrics().resolve("/"));
      assertThat(monitor.received()).isEqualTo(12);
      assertThat(monitor.values("headroom_other"))
          .containsExactly(Map.entry("headroom_other", 2.5));
      assertThat(monitor.series()).isEqualTo(3);
      assertThat(asked)
          .containsExactly(
              "name[]=headroom_received_records_total identity",
              "name[]=headroom_other identity",
              "null identity");
      List<MonitorUnderLoad.Scrape> scrapes = monitor.scrapes(2, "gzip");
      assertThat(scrapes).hasSize(2);
      assertThat(scrapes.getFirst().bytes()).isGreaterThan(200);
      assertThat(scrapes.getFirst().seconds()).isBetween(1e-9, 60.0);
      assertThat(asked).endsWith("null gzip", "null gzip").hasSize(5);

      // When it does not answer
      status = 503;
      assertThat(monitor.values("headroom_other")).isEmpty();
      assertThat(monitor.received()).isZero();
      assertThatThrownBy(monitor::series).hasMessage("/metrics answers 503");
    }
  }

  @Test
  void measuresHowABacklogIsTakenIn() throws IOException, InterruptedException {
    // Given 100 samples a look: 100, 200 (the first), ... 500, 600 (the middle), ... 1000
    step = 100;
    try (var monitor = monitor()) {
      // When
      long start = System.nanoTime();
      MonitorUnderLoad.Backlog backlog = monitor.backlog(1000);
      double seconds = (System.nanoTime() - start) / 1e9;

      // Then: a tenth of a second passes between two looks in vain
      assertThat(backlog.rate()).isBetween(800 / seconds, 800 / 0.5);
      assertThat(backlog.warmRate()).isBetween(400 / seconds, 400 / 0.3);
      assertThat(backlog.cpuMicros()).isBetween(0.0, 1e6 * seconds / 400 * 4);
      assertThat(asked).hasSize(10);
    }
  }

  @Test
  void whatItsProcessHoldsAndTakes() throws IOException, InterruptedException {
    try (var monitor = monitor()) {
      assertThat(monitor.heap()).isBetween(100_000L, 64L << 20);
      assertThat(monitor.cpu()).isPositive();
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void aProcessThatEndedIsNotWaitedFor() throws IOException, InterruptedException {
    // Given
    received = 3;
    process.kill();

    // Then
    try (var monitor = monitor()) {
      monitor.waitFor(3);
      assertThatThrownBy(() -> monitor.waitFor(5))
          .hasMessage(
              "the monitor ended before it received 5 samples; --heap gives it more memory");
      assertThat(monitor.cpu()).isZero();
      assertThatThrownBy(monitor::heap)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("jcmd says: ");
    }
  }

  @Test
  void isStartedWithItsBrokerItsPortItsHeapAndWhatElseIsAsked() throws IOException {
    // Given
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Started.class.getName());
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Started.class.getProtectionDomain().getCodeSource().getLocation().toString());
    Path app = Files.createDirectory(folder.resolve("quarkus-app"));
    new JarOutputStream(Files.newOutputStream(app.resolve("quarkus-run.jar")), manifest).close();
    Path log = folder.resolve("monitor.log");

    // When
    try (var monitor =
        MonitorUnderLoad.start(folder, "127.0.0.1:1", "64m", log, Map.of("MORE", "settings"))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Files.exists(log) && Files.readString(log).endsWith("\n"));

      // Then
      String[] said = Files.readString(log).strip().split(" ", -1);
      assertThat(said)
          .startsWith("127.0.0.1:1", Integer.toString(monitor.address().getPort()), "settings");
      assertThat(Integer.parseInt(said[3])).isCloseTo(64, within(8));
    }
  }

  private MonitorUnderLoad monitor() {
    return new MonitorUnderLoad(process, metrics());
  }

  private URI metrics() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
  }
}
