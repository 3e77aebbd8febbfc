package dev.headroom.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/// A real Kafka broker of one node on loopback, as a child process that ends with this one. Not
/// thread-safe.
///
/// Not for several threads at once.
public final class KafkaBroker implements AutoCloseable {

  private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

  private final Path lib;
  private final Path folder;
  private final int port;
  private final int controllerPort;
  private final String more;
  private @Nullable TetheredProcess broker;

  private KafkaBroker(Path lib, Path folder, int port, int controllerPort, String more) {
    this.lib = lib;
    this.folder = folder;
    this.port = port;
    this.controllerPort = controllerPort;
    this.more = more;
  }

  /// A broker that does not run yet.
  ///
  /// @param lib the folder with the broker's jars
  /// @param folder where it keeps its data and its log
  /// @param wanted the port it should listen on; another one if it is taken, or if it is 0
  public static KafkaBroker in(Path lib, Path folder, int wanted) {
    try {
      Files.createDirectories(folder);
      int port = isFree(wanted) ? wanted : freePort();
      return new KafkaBroker(lib.toAbsolutePath(), folder.toAbsolutePath(), port, freePort(), "");
    } catch (IOException e) {
      throw new UncheckedIOException("no place for a broker in " + folder, e);
    }
  }

  /// A broker in the same place with more settings; they win over its own.
  ///
  /// @param settings lines of `server.properties`; `%1$d` is the port of its clients, `%2$d` that
  ///     of its controller
  public KafkaBroker with(String settings) {
    return new KafkaBroker(lib, folder, port, controllerPort, more + settings);
  }

  /// Host and port for clients.
  public String address() {
    return "127.0.0.1:" + port;
  }

  public boolean isRunning() {
    return broker != null && broker.isAlive();
  }

  /// Starts it, on the data it has, and waits until it answers.
  public void start() throws IOException, InterruptedException {
    Path data = folder.resolve("data");
    Files.writeString(folder.resolve("server.properties"), properties(data));
    if (!Files.exists(data.resolve("meta.properties"))) {
      format();
    }
    kill();
    broker =
        TetheredProcess.start(
            command("kafka.Kafka", folder.resolve("server.properties").toString()),
            Map.of(),
            folder.resolve("broker.log"));
    awaitAnswer();
  }

  /// Kills it at once, as a crash would.
  public void kill() {
    if (broker != null) {
      broker.kill();
    }
    broker = null;
  }

  /// Lets it stand still (SIGSTOP), its connections open.
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /// Lets it go on after [#freeze].
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  /// Empties its disk; only while it does not run.
  public void empty() throws IOException {
    if (isRunning()) {
      throw new IllegalStateException("the broker runs");
    }
    Path data = folder.resolve("data");
    if (Files.exists(data)) {
      try (Stream<Path> all = Files.walk(data)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /// Ends it in order, and by force if it does not.
  @Override
  public void close() {
    if (broker != null) {
      broker.stop(Duration.ofSeconds(5));
    }
    broker = null;
  }

  private void signal(String name) throws IOException, InterruptedException {
    if (broker == null) {
      throw new IllegalStateException("the broker does not run");
    }
    new ProcessBuilder("kill", "-" + name, Long.toString(broker.pid())).start().waitFor();
  }

  private void format() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                command(
                    "kafka.tools.StorageTool",
                    "format",
                    "--standalone",
                    "-t",
                    CLUSTER,
                    "-c",
                    folder.resolve("server.properties").toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the broker's storage could not be formatted: " + output);
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", address(),
            "reconnect.backoff.max.ms", 200,
            "default.api.timeout.ms", 2000,
            "request.timeout.ms", 1000);
    try (Admin admin = Admin.create(settings)) {
      while (isRunning() && System.nanoTime() < deadline) {
        try {
          if (!admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty()) {
            return;
          }
        } catch (java.util.concurrent.ExecutionException
            | java.util.concurrent.TimeoutException _) {
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
    }
    throw new IOException("the broker does not answer; see " + folder.resolve("broker.log"));
  }

  private List<String> command(String main, String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx300m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                lib.resolve("*").toString(),
                main));
    command.addAll(List.of(arguments));
    return command;
  }

  private String properties(Path data) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.quorum.bootstrap.servers=127.0.0.1:%2$d
    controller.listener.names=CONTROLLER
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
    log.dirs=%3$s
    num.partitions=12
    broker.session.timeout.ms=1500
    broker.heartbeat.interval.ms=250
    group.initial.rebalance.delay.ms=0
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=5
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    transaction.state.log.num.partitions=5
    transaction.abort.timed.out.transaction.cleanup.interval.ms=2000
    share.coordinator.state.topic.replication.factor=1
    share.coordinator.state.topic.min.isr=1
    auto.create.topics.enable=false
    """
        .concat(more)
        .formatted(port, controllerPort, data);
  }

  private static boolean isFree(int port) {
    if (port == 0) {
      return false;
    }
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
