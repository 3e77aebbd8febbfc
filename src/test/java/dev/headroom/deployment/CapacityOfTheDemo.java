package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What [DemoIT] expects of the answers about capacity: what is wasted, when it is full, what fits.
final class CapacityOfTheDemo {

  private final MonitoredDemo watched;

  CapacityOfTheDemo(MonitoredDemo watched) {
    this.watched = watched;
  }

  void overReservedJobIsToBeRightSized() throws Exception {
    // When
    JsonNode job = named("vgg16-over-reserved", json("/api/v1/rightsizing").path("smaller"));

    // Then: of the 40,448 MiB of an A100 the 9,856 of a slice would do
    assertThat(job.path("holds").asText()).isEqualTo("A100-40GB");
    assertThat(job.path("suffices").asText()).isEqualTo("A100-40GB:1g.10gb");
    assertThat(job.path("frees_bytes").asLong()).isEqualTo((40_448L - 9856) << 20);
    assertThat(job.path("frees_gpus").asDouble()).isEqualTo(0.75);
    JsonNode peak = json("/api/v1/jobs/vgg16-over-reserved").path("predicted_peak");
    assertThat(job.path("needs_bytes").asLong())
        .isBetween(peak.path("device_p50_bytes").asLong(), 9856L << 20);
    assertThat(
            watched.values(
                "headroom_job_reclaimable_bytes\\{training_job=\"vgg16-over-reserved\","
                    + "suffices=\"A100-40GB:1g.10gb\"}"))
        .containsExactly(job.path("frees_bytes").asText());
  }

  /// Those of metrics are worked out every ten seconds: they agree when they are new.
  void figuresAreTheSameInApiAndMetrics() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              for (String sum :
                  List.of("capacity", "committed", "measured", "reclaimable", "stranded")) {
                assertThat(ofPools("headroom_fleet_%s_bytes".formatted(sum)))
                    .as(sum)
                    .isEqualTo(ofPools(json("/api/v1/rightsizing").path("models"), sum + "_bytes"));
              }
            });
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(
            () -> {
              Map<String, Long> measured = ofPools("headroom_fleet_measured_bytes");
              JsonNode models = json("/api/v1/fleet").path("models");
              assertThat(ofPools(models, "used_bytes")).isEqualTo(measured);
              assertThat(ofPools(models, "usable_bytes"))
                  .isEqualTo(ofPools("headroom_fleet_capacity_bytes"));
            });
  }

  void jobsGoWhereTheDocumentSaysAndOnTheLiveFleet() throws Exception {
    // When
    String planned =
        printed("plan", "--fleet", "docs/planning/fleet.yaml", "--jobs", "docs/planning/jobs.yaml");
    String live =
        printed(
            "plan",
            "src/main/resources/simulator/resnet50.layer-config.json",
            "--live",
            watched.demo.monitor().toString(),
            "--json");

    // Then: two RTX 3090 are nobody's
    assertThat(Documents.text(Path.of("docs/planning.md"))).contains(planned);
    JsonNode placed = new ObjectMapper().readTree(live).at("/placed/0/ranks/0");
    assertThat(placed.path("node").asText()).isEqualTo("rtx3090-00");
    assertThat(placed.path("device").asText()).isEqualTo("RTX3090");
  }

  void forecastNamesTheDayThatTheHistoryImplies() throws Exception {
    for (String line : List.of("committed", "measured")) {
      String forecast =
          "gpu_model:headroom_fleet_%s_full_timestamp_seconds:deriv1w{gpu_model=\"%s\"}"
              .formatted(line, MonitoredDemo.FORMER);
      List<JsonNode> found = watched.prometheus.query(forecast);
      assertThat(found).as(line).hasSize(1);
      Instant full = Instant.ofEpochSecond((long) found.getFirst().at("/value/1").asDouble());
      assertThat(full.truncatedTo(ChronoUnit.DAYS))
          .as(line)
          .isEqualTo(watched.full.truncatedTo(ChronoUnit.DAYS));
    }
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(watched.demo.get(path));
  }

  private static JsonNode named(String job, JsonNode jobs) {
    return Documents.each(jobs).stream()
        .filter(each -> each.path("job").asText().equals(job))
        .findFirst()
        .orElseThrow(() -> new AssertionError(job + " is not in " + jobs));
  }

  /// Of each GPU model the value of a metric.
  private Map<String, Long> ofPools(String metric) throws IOException, InterruptedException {
    return Pattern.compile(metric + "\\{gpu_model=\"([^\"]+)\"} (\\d+)")
        .matcher(watched.demo.get("/metrics"))
        .results()
        .collect(Collectors.toMap(pool -> pool.group(1), pool -> Long.parseLong(pool.group(2))));
  }

  /// Of each GPU model the value of a field.
  static Map<String, Long> ofPools(JsonNode models, String field) {
    return Documents.each(models).stream()
        .collect(
            Collectors.toMap(
                model -> model.path("model").asText(), model -> model.path(field).asLong()));
  }

  /// What a command of the launcher prints.
  private static String printed(String... arguments) throws IOException {
    try (var output = DemoProcess.launched(arguments).inputReader(UTF_8)) {
      return output.lines().map(line -> line + "\n").collect(Collectors.joining());
    }
  }
}
