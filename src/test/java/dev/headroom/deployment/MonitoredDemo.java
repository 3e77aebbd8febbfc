package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.deployment.RecordedHistory.Line;
import dev.headroom.deployment.RecordedHistory.Pool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The demo, an agent and [ExtraWorkload] beside it, and a Prometheus that scrapes all of them and
/// has days of history of the demo's GPUs.
final class MonitoredDemo implements AutoCloseable {

  /// Of the simulated cluster: twenty jobs, seven categories.
  static final int PREDICTED = 140;

  /// Of its GPUs.
  private static final int MODELS = 3;

  private static final Duration NOON = Duration.ofHours(12);

  private final Deque<Runnable> started = new ArrayDeque<>();
  final DemoProcess demo;
  final ExtraWorkload outsiders;
  final PrometheusServer prometheus;

  /// GPUs that were there until now, and that nobody changes any more.
  static final String FORMER = "NVIDIA L4";

  /// When the GPUs of each model are full by the history that Prometheus has of them.
  final Instant full =
      Instant.now().truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(40)).plus(NOON);

  /// Returns when every simulated job is predicted and Prometheus has scraped the monitor.
  ///
  /// @param past seconds that the cluster has lived already
  MonitoredDemo(long past, Path folder) throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    try {
      demo = DemoProcess.start(past);
      started.push(demo::close);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> values("headroom_job_predicted_memory_bytes\\{.*").size() == PREDICTED);
      outsiders = new ExtraWorkload(demo.kafka(), usedOfGpus());
      started.push(outsiders::close);
      // Sums are worked out every ten seconds. Those of before all were predicted are too small: a
      // history that ends there would leap to what is committed now.
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(200))
          .until(
              () ->
                  ofPools("committed").values().stream().filter(sum -> sum > 0).count() == MODELS
                      && ofPools("committed").equals(committedByTheApi()));
      RecordedHistory.write(pools(), Instant.now(), folder.resolve("data"));
      int agentPort = PrometheusServer.freePort();
      agent(agentPort);
      prometheus =
          PrometheusServer.scraping(
              Map.of(
                  "headroom", demo.monitor().getPort(),
                  "headroom-agent", agentPort,
                  "dcgm", outsiders.dcgmPort()),
              folder);
      started.push(prometheus::close);
      await().atMost(Duration.ofSeconds(30)).until(prometheus::isReady);
      outsiders.start();
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  /// The values of the series in the monitor's exposition whose name and labels match, in its
  /// order.
  List<String> values(String pattern) throws IOException, InterruptedException {
    return Pattern.compile("(?m)^" + pattern + " (\\S+)$")
        .matcher(demo.get("/metrics"))
        .results()
        .map(line -> line.group(line.groupCount()))
        .toList();
  }

  /// The GPU that a job runs on.
  String gpuOf(String job) throws IOException, InterruptedException {
    return Pattern.compile(
            "headroom_job_gpu_info\\{training_job=\"%s\",gpu_uuid=\"([^\"]+)\".*}".formatted(job))
        .matcher(demo.get("/metrics"))
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }

  private Map<String, Long> usedOfGpus() throws IOException, InterruptedException {
    return Pattern.compile("headroom_gpu_memory_used_bytes\\{gpu_uuid=\"([^\"]+)\"} (\\d+)")
        .matcher(demo.get("/metrics"))
        .results()
        .collect(Collectors.toMap(gpu -> gpu.group(1), gpu -> Long.parseLong(gpu.group(2))));
  }

  /// What the GPUs of each model would have been like, had they grown to what they are.
  private List<Pool> pools() throws IOException, InterruptedException {
    Instant now = Instant.now();
    Map<String, Long> committed = ofPools("committed");
    Map<String, Long> measured = ofPools("measured");
    Stream<Pool> live =
        ofPools("capacity").entrySet().stream()
            .map(
                pool ->
                    new Pool(
                        pool.getKey(),
                        pool.getValue(),
                        reaching(pool, committed, now),
                        reaching(pool, measured, now)));
    Line line = Line.reaching(100 << 20, 50 << 20, now, full);
    return Stream.concat(live, Stream.of(new Pool(FORMER, 100 << 20, line, line))).toList();
  }

  private Line reaching(Map.Entry<String, Long> capacity, Map<String, Long> sums, Instant now) {
    long last = Objects.requireNonNull(sums.get(capacity.getKey()));
    return Line.reaching(capacity.getValue(), last, now, full);
  }

  private Map<String, Long> committedByTheApi() throws IOException, InterruptedException {
    JsonNode waste = new ObjectMapper().readTree(demo.get("/api/v1/rightsizing"));
    return CapacityOfTheDemo.ofPools(waste.path("models"), "committed_bytes");
  }

  private Map<String, Long> ofPools(String sum) throws IOException, InterruptedException {
    return Pattern.compile(
            "headroom_fleet_%s_bytes\\{gpu_model=\"([^\"]+)\"} (\\d+)".formatted(sum))
        .matcher(demo.get("/metrics"))
        .results()
        .collect(Collectors.toMap(pool -> pool.group(1), pool -> Long.parseLong(pool.group(2))));
  }

  private void agent(int port) throws IOException {
    Process agent =
        DemoProcess.launched(
            "agent",
            "--probe=simulated",
            "--simulated-gpus=1",
            "--kafka=" + demo.kafka(),
            "--listen=127.0.0.1:" + port);
    started.push(agent::destroy);
    DemoProcess.drain(agent.inputReader(UTF_8));
  }

  @Override
  public synchronized void close() {
    while (!started.isEmpty()) {
      started.pop().run();
    }
  }
}
