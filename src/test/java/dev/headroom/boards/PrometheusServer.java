package dev.headroom.boards;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.List;
import java.util.Map;

/// The real Prometheus as a child process, on a copy of the project's own configuration and rules:
/// time is compressed to a second a scrape and no `for`, and the monitor is at a given port.
final class PrometheusServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final URI address;
  private final HttpClient client = HttpClient.newHttpClient();

  private PrometheusServer(Process process, URI address) {
    this.process = process;
    this.address = address;
  }

  static PrometheusServer scraping(int monitorPort, Path folder) throws IOException {
    Installed prometheus = Installed.program("prometheus", "prometheus");
    Path config = folder.resolve("prometheus.json");
    Files.writeString(config, config(monitorPort, folder).toString());
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

  private static JsonNode config(int monitorPort, Path folder) throws IOException {
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
        group.path("rules").forEach(rule -> ((ObjectNode) rule).remove("for"));
      }
      Files.writeString(
          folder.resolve("rules").resolve(file.getFileName() + ".json"), rules.toString());
    }
    for (JsonNode scrape : config.path("scrape_configs")) {
      if (scrape.path("job_name").asText().equals("headroom")) {
        ((ObjectNode) scrape).remove("dns_sd_configs");
        ((ObjectNode) scrape)
            .set(
                "static_configs",
                JSON.valueToTree(List.of(Map.of("targets", List.of("127.0.0.1:" + monitorPort)))));
        config.set("scrape_configs", JSON.createArrayNode().add(scrape));
        return config;
      }
    }
    throw new IllegalStateException("no scrape of the name headroom");
  }

  /// The series that an expression has now.
  List<JsonNode> query(String expression) throws IOException, InterruptedException {
    JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
    if (!answer.path("status").asText().equals("success")) {
      throw new IllegalStateException(expression + ": " + answer.path("error").asText());
    }
    return Documents.each(answer.at("/data/result"));
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

  private static int freePort() throws IOException {
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
