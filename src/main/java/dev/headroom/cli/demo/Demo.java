package dev.headroom.cli.demo;

import dev.headroom.broker.KafkaBroker;
import dev.headroom.broker.TetheredProcess;
import dev.headroom.simulator.Simulator;
import dev.headroom.wire.KafkaSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs a broker, a monitor and a simulated cluster on this machine. Broker and monitor are child
/// processes; the cluster runs in this process and uses Kafka only.
final class Demo implements AutoCloseable {

  private static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private static final long LOOK_EVERY_MILLIS = 500;

  private final Path home;
  private final DemoFolder folder;
  private final KafkaBroker broker;
  private final int port;
  private final SimulationOptions simulation;
  private @Nullable TetheredProcess monitor;
  private @Nullable Simulator simulator;
  private volatile boolean closing;

  /// What the cluster plays.
  record SimulationOptions(int jobs, long seed, double speed, long past) {}

  /// @param home the folder of the build: `quarkus-app`, `broker/lib`
  /// @param kafkaPort wanted; another one if it is taken
  /// @param port wanted for the monitor; another one if it is taken
  Demo(Path home, int kafkaPort, int port, SimulationOptions simulation) throws IOException {
    this.home = home;
    this.folder = DemoFolder.create();
    this.broker = KafkaBroker.in(home.resolve("broker/lib"), folder.path(), kafkaPort);
    this.port = freeOr(port);
    this.simulation = simulation;
  }

  String monitorAddress() {
    return "http://127.0.0.1:" + port;
  }

  /// Where the logs are, also after its end.
  Path logs() {
    return folder.path();
  }

  /// Starts everything and returns when the monitor is ready.
  synchronized void start(Consumer<String> say) throws IOException, InterruptedException {
    say.accept("logs and data: " + folder.path());
    say.accept("starting a Kafka broker on " + broker.address());
    broker.start();
    say.accept("starting the monitor on " + monitorAddress());
    TetheredProcess started =
        TetheredProcess.start(
            monitorCommand(), environment(), folder.path().resolve("monitor.log"));
    monitor = started;
    awaitReady(started);
    var cluster =
        new Simulator(
            new Simulator.Settings(
                simulation.jobs(),
                1,
                simulation.seed(),
                simulation.speed(),
                simulation.past(),
                "",
                KafkaSettings.of(Map.of(), broker.address())));
    simulator = cluster;
    cluster.start();
    say.accept(
        """

        Headroom runs: %3$d simulated jobs on %4$d GPUs (seed %5$d).
        Open the page first; it shows the jobs that need attention on top.

          page      %1$s/
          metrics   %1$s/metrics
          API       %1$s/api/v1/jobs
          Kafka     %2$s

        What to watch, minutes:seconds after the start (all other jobs are healthy):
        %6$s

        Try:
          curl -s %1$s/api/v1/jobs
          curl -s %1$s/metrics | grep 'resnet50-drifting'
          curl -s %1$s/q/health/ready

        The alerts are those of deploy/prometheus/rules; docker compose up runs them.
        Ctrl-C stops it.
        """
            .formatted(
                monitorAddress(),
                broker.address(),
                simulation.jobs(),
                cluster.gpus(),
                simulation.seed(),
                "  " + String.join("\n  ", cluster.highlights())));
  }

  /// Looks after the children until we are closed (0) or the monitor is gone (1).
  int watch(Consumer<String> say) throws InterruptedException {
    while (!closing) {
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
      synchronized (this) {
        if (closing) {
          return 0;
        }
        if (monitor == null || !monitor.isAlive()) {
          say.accept("the monitor ended; see " + folder.path().resolve("monitor.log"));
          return 1;
        }
        if (!broker.isRunning()) {
          say.accept("the broker died; starting it again on " + broker.address());
          try {
            broker.start();
            say.accept("the broker is back");
          } catch (IOException e) {
            say.accept("the broker did not come back, trying again: " + e.getMessage());
          }
        }
      }
    }
    return 0;
  }

  /// Ends everything and leaves nothing but logs.
  @Override
  public void close() {
    closing = true;
    synchronized (this) {
      if (simulator != null) {
        simulator.close();
      }
      if (monitor != null) {
        monitor.stop(Duration.ofSeconds(5));
      }
      broker.close();
      simulator = null;
      monitor = null;
      folder.deleteData();
    }
  }

  private List<String> monitorCommand() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx768m",
        "-XX:+UseCompactObjectHeaders",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "-Dquarkus.http.host=127.0.0.1",
        "-Dquarkus.http.port=" + port,
        "-jar",
        home.resolve("quarkus-app/quarkus-run.jar").toAbsolutePath().toString());
  }

  /// Ours, but what it says of Kafka is of another broker.
  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("HEADROOM_KAFKA"));
    environment.put("HEADROOM_KAFKA", broker.address());
    return environment;
  }

  private void awaitReady(TetheredProcess started) throws IOException, InterruptedException {
    URI ready = URI.create(monitorAddress() + "/q/health/ready");
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    String answer = "nothing";
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
      HttpRequest request = HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(5)).build();
      while (!closing && started.isAlive() && System.nanoTime() < deadline) {
        try {
          var response = client.send(request, BodyHandlers.ofString());
          if (response.statusCode() == 200) {
            return;
          }
          answer = response.body();
        } catch (IOException _) {
          // It does not listen yet.
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    throw new IOException(
        "the monitor did not become ready (it says: %s); see %s"
            .formatted(answer, Files.exists(folder.path()) ? folder.path() : "above"));
  }

  private static int freeOr(int wanted) throws IOException {
    try (var socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException _) {
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }
  }
}
