package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The real Prometheus as a child process, on a copy of the project's own configuration and rules:
/// time is compressed to a second a scrape and two a `for`, and what is scraped is at given ports.
final class PrometheusServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FOR = "2s";

  private final Process process;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private PrometheusServer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  /// @param targets ports by the names of their scrapes; those that the project's configuration
  ///     does not have are added to it
  static PrometheusServer scraping(Map<String, Integer> targets, Path folder) throws IOException {
    InstalledProgram prometheus = InstalledProgram.program("prometheus", "prometheus");
    Path config = folder.resolve("prometheus.json");
    Files.writeString(config, config(targets, folder).toString());
    int port = freePort();
    Process process =
        new ProcessBuilder(
                prometheus.program().toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new PrometheusServer(process, URI.create("http://127.0.0.1:" + port));
  }

  private static JsonNode config(Map<String, Integer> targets, Path folder) throws IOException {
    var config =
        (ObjectNode) Documents.yaml(Path.of("deploy/prometheus/prometheus.yml")).getFirst();
    config.remove("alerting");
    ((ObjectNode) config.path("global"))
        .put("scrape_interval", "1s")
        .put("evaluation_interval", "1s");
    config.putArray("rule_files").add(folder.resolve("rules") + "/*.json");
    Files.createDirectories(folder.resolve("rules"));
    for (Path file : Documents.in("deploy/prometheus/rules", ".yml")) {
      JsonNode rules = Documents.yaml(file).getFirst();
      for (JsonNode group : rules.path("groups")) {
        ((ObjectNode) group).remove("interval");
        for (JsonNode rule : group.path("rules")) {
          if (rule.has("for")) {
            ((ObjectNode) rule).put("for", FOR);
          }
          String expression = rule.path("expr").asText();
          ((ObjectNode) rule).put("expr", expression.replace("offset 10m", "offset " + FOR));
        }
      }
      Files.writeString(
          folder.resolve("rules").resolve(file.getFileName() + ".json"), rules.toString());
    }
    config.set("scrape_configs", scrapes(config.path("scrape_configs"), targets));
    return config;
  }

  /// The project's own, but with addresses in the place of names.
  private static JsonNode scrapes(JsonNode own, Map<String, Integer> targets) {
    ArrayNode scrapes = JSON.createArrayNode();
    targets.forEach(
        (name, port) -> {
          ObjectNode scrape = JSON.createObjectNode().put("job_name", name);
          for (JsonNode known : own) {
            if (known.path("job_name").asText().equals(name)) {
              scrape = known.deepCopy();
              scrape.remove("dns_sd_configs");
            }
          }
          scrape.set(
              "static_configs",
              JSON.valueToTree(List.of(Map.of("targets", List.of("127.0.0.1:" + port)))));
          scrapes.add(scrape);
        });
    return scrapes;
  }

  /// The series that an expression has now.
  List<JsonNode> query(String expression) throws IOException, InterruptedException {
    return result(expression, "/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
  }

  /// The series that an expression had at a time.
  List<JsonNode> query(String expression, Instant at) throws IOException, InterruptedException {
    String query =
        "/api/v1/query?query=%s&time=%d"
            .formatted(URLEncoder.encode(expression, UTF_8), at.getEpochSecond());
    return result(expression, query);
  }

  /// The series that an expression had in a span of time.
  ///
  /// @param step seconds
  List<JsonNode> query(String expression, Instant from, Instant to, long step)
      throws IOException, InterruptedException {
    String query =
        "/api/v1/query_range?query=%s&start=%d&end=%d&step=%d"
            .formatted(
                URLEncoder.encode(expression, UTF_8),
                from.getEpochSecond(),
                to.getEpochSecond(),
                step);
    return result(expression, query);
  }

  private List<JsonNode> result(String expression, String path)
      throws IOException, InterruptedException {
    JsonNode answer = get(path);
    if (!answer.path("status").asText().equals("success")) {
      throw new IllegalStateException(expression + ": " + answer.path("error").asText());
    }
    return Documents.each(answer.at("/data/result"));
  }

  /// What is wrong with rules, by their names: those that cannot be evaluated.
  List<String> unhealthyRules() throws IOException, InterruptedException {
    var unhealthy = new ArrayList<String>();
    for (JsonNode group : get("/api/v1/rules").at("/data/groups")) {
      for (JsonNode rule : group.path("rules")) {
        if (!rule.path("health").asText().equals("ok")) {
          unhealthy.add(
              rule.path("name").asText() + ": " + rule.path("lastError").asText("not evaluated"));
        }
      }
    }
    return unhealthy;
  }

  boolean isReady() throws InterruptedException {
    try {
      return !query("up{job=\"headroom\"} == 1").isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(
        client
            .send(
                HttpRequest.newBuilder(address.resolve(path)).build(),
                HttpResponse.BodyHandlers.ofString())
            .body());
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
