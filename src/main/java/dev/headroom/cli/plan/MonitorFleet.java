package dev.headroom.cli.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.live.LiveGpu;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The fleet that a running monitor knows.
final class MonitorFleet {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private MonitorFleet() {}

  /// @param monitor such as `http://127.0.0.1:8080`
  /// @param token what it asks for, if it does (RFC 6750)
  /// @throws IOException saying why there is no answer
  static Fleet of(String monitor, Optional<String> token, GpuCatalogue catalogue)
      throws IOException {
    var gpus = new ArrayList<LiveGpu>();
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      Optional<String> after = Optional.of("");
      while (after.isPresent() && gpus.size() <= Fleet.MAX_GPUS) {
        JsonNode page = page(client, monitor, token, after.get());
        page.path("gpus").forEach(gpu -> gpus.add(gpu(gpu)));
        after = Optional.ofNullable(page.path("next").textValue());
      }
    }
    return LiveGpu.fleet(catalogue, List.copyOf(gpus));
  }

  private static JsonNode page(
      HttpClient client, String monitor, Optional<String> token, String after) throws IOException {
    try {
      String page =
          after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create(monitor.replaceAll("/+$", "") + "/api/v1/fleet?limit=5000" + page))
              .timeout(TIMEOUT)
              .header("Accept", "application/json");
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException("the monitor answers " + answer.statusCode());
      }
      return JSON.readTree(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static LiveGpu gpu(JsonNode gpu) {
    JsonNode index = gpu.path("index");
    return new LiveGpu(
        gpu.path("host").asText(),
        index.isInt() ? index.intValue() : null,
        gpu.path("model").textValue(),
        gpu.path("mig_profile").textValue(),
        new MemorySize(gpu.path("total_bytes").asLong()),
        gpu.path("headroom_bytes").asLong(),
        new MemorySize(gpu.path("unattributed_bytes").asLong()),
        gpu.path("jobs").size());
  }
}
