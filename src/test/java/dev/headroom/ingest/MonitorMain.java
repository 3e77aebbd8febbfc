package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.headroom.budget.Budget;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.Registration;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.memory.MemorySize;
import dev.headroom.metrics.ScrapedText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A monitor's way in as a process of its own, for [MonitorProcess]: without pages and API, so that
/// it starts soon, but with everything that takes part in a group, a crash and a handover.
final class MonitorMain {

  private static final Pattern COUNTS = Pattern.compile("(?:applied|duplicate|late|skewed)=(\\d+)");

  private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

  private MonitorMain() {}

  /// Runs until it is ended.
  ///
  /// @param arguments the broker, the port to answer on, and settings such as `group=a`
  public static void main(String[] arguments) throws IOException {
    // As the monitor has it; without configuration the log manager lets every level through.
    KAFKA.setLevel(Level.WARNING);
    Map<String, String> settings = new TreeMap<>();
    for (int i = 2; i < arguments.length; i++) {
      String[] pair = arguments[i].split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    var replica = new IngestReplica(Map.of("bootstrap.servers", arguments[0]), settings);
    var address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
    HttpServer server = HttpServer.create(address, 16);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> ScrapedText.of(replica.keeper.snapshot(), replica.status);
                case "/ready" -> replica.status.notReadyReason().orElse("").getBytes(UTF_8);
                case "/expected" -> expected(replica.keeper.snapshot()).getBytes(UTF_8);
                default -> owned(replica.keeper.snapshot()).getBytes(UTF_8);
              };
          exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.setExecutor(Executors.newFixedThreadPool(2));
    Runtime.getRuntime().addShutdownHook(new Thread(replica::close));
    server.start();
  }

  /// Every job of its own, one a line: all that a move must not change.
  private static String owned(Snapshot snapshot) {
    var lines = new StringBuilder();
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (snapshot.owns(job)) {
                lines
                    .append(line(job.job(), job.run(), job.peaks().reserved(), job.tally()))
                    .append('\n');
              }
            });
    return lines.toString();
  }

  /// What every job is expected to hold of a device: P50 and P95, and where they come from.
  private static String expected(Snapshot snapshot) {
    var lines = new StringBuilder();
    snapshot
        .jobs()
        .forEach(
            job -> {
              Registration known = job.registration();
              if (known != null
                  && known.expected() != null
                  && known.prediction() instanceof Budget budget) {
                lines
                    .append(job.job())
                    .append(" p50=")
                    .append(budget.peak().device().bytes())
                    .append(" p95=")
                    .append(budget.peak().deviceP95().bytes())
                    .append(' ')
                    .append(known.expected().knowledge())
                    .append('\n');
              }
            });
    return lines.toString();
  }

  /// One job as [#main] tells of it.
  static String line(
      String job, @Nullable String run, @Nullable MemorySize peak, VerdictCounts tally) {
    return "%s run=%s peak=%s applied=%d duplicate=%d late=%d skewed=%d"
        .formatted(
            job, run, peak, tally.applied(), tally.duplicate(), tally.late(), tally.skewed());
  }

  /// All samples of a job that is told of by such a line.
  static long counted(String line) {
    return COUNTS.matcher(line).results().mapToLong(count -> Long.parseLong(count.group(1))).sum();
  }
}
