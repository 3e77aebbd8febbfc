package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.broker.KafkaBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ThrowingRunnable;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole way: a scripted driver, the agent as a process, the real broker, the monitor, and what
/// a scrape of it says, to the byte.
@QuarkusTest
@WithTestResource(
    value = AgentToMonitorTest.Broker.class,
    scope = TestResourceScope.RESTRICTED_TO_CLASS)
class AgentToMonitorTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  @Inject
  @ConfigProperty(name = "headroom.ingest.kafka")
  String kafka;

  @TempDir Path folder;

  /// A broker, and a monitor that reads from it.
  public static final class Broker implements QuarkusTestResourceLifecycleManager {
    private @Nullable KafkaBroker broker;

    @Override
    public Map<String, String> start() {
      try {
        Path data = Files.createTempDirectory(Path.of("target"), "broker-");
        broker = KafkaBroker.in(Path.of("target/broker/lib"), data, 0);
        broker.start();
        return Map.of(
            "headroom.ingest.enabled", "true",
            "headroom.ingest.kafka", broker.address(),
            "headroom.ingest.ended-grace", "1s",
            "headroom.metrics.per-gpu", "true");
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void stop() {
      if (broker != null) {
        broker.close();
      }
    }
  }

  @Test
  void everyJobAndGpuIsExportedAsTheDriverSaysAndEndsWithItsProcesses() throws IOException {
    // Given
    Path driver = folder.resolve("driver");
    Path proc = Files.createDirectory(folder.resolve("proc"));
    Path log = folder.resolve("agent.log");
    ScriptedNode node = new ScriptedNode(StandIn.in(driver, StandIn.Library.NVML), proc);

    try (AgentProcess agent =
        AgentProcess.start(
            List.of(),
            driver,
            log,
            "--proc",
            proc.toString(),
            "--kafka",
            kafka,
            "--period",
            "500",
            "--host",
            "gpu-07",
            "--job-pattern",
            ScriptedNode.JOB_PATTERN)) {
      // Then
      assertThat(node.fullest()).hasSize(6);
      assertThat(node.used()).hasSize(11);
      within(agent, () -> assertExported(node));
      assertThat(scrape())
          .containsPattern(
              "headroom_job_info\\{training_job=\"slurm-4711\",.*"
                  + "owner=\"ada\",team=\"vision\",namespace=\"\"")
          .containsPattern(
              "headroom_job_info\\{training_job=\"research:bert-0\",.*"
                  + "owner=\"\",team=\"\",namespace=\"research\"");

      // When the rank that holds most is killed
      node.killFullestOf("resnet50-7f3a");

      // Then the next one is the fullest, and what the killed one held is nobody's
      within(agent, () -> assertExported(node));

      // When a whole job is killed
      node.killAllOf("gpt-nano");

      // Then no series of it is left
      within(
          agent,
          () -> {
            assertExported(node);
            assertThat(scrape()).doesNotContain("gpt-nano");
          });
      assertThat(node.fullest()).hasSize(5);
    }
  }

  private static void assertExported(ScriptedNode node) {
    String text = scrape();
    assertThat(
            values(
                text,
                "headroom_job_measured_bytes\\{training_job=\"(.+)\",size=\"process\"} (\\d+)"))
        .isEqualTo(node.fullest());
    assertThat(values(text, "headroom_gpu_memory_used_bytes\\{gpu_uuid=\"(.+)\"} (\\d+)"))
        .isEqualTo(node.used());
    assertThat(
            values(
                text.replace("\",training_job=\"", " "),
                "headroom_gpu_job_memory_bytes\\{gpu_uuid=\"(.+)\"} (\\d+)"))
        .isEqualTo(node.byJob());
  }

  private static Map<String, Long> values(String text, String line) {
    Map<String, Long> values = new TreeMap<>();
    Matcher matcher = Pattern.compile("^" + line + "$", Pattern.MULTILINE).matcher(text);
    while (matcher.find()) {
      values.put(matcher.group(1), Long.valueOf(matcher.group(2)));
    }
    return values;
  }

  private static String scrape() {
    return RestAssured.get("/metrics").asString();
  }

  private static void within(AgentProcess agent, ThrowingRunnable assertion) {
    try {
      await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(200)).untilAsserted(assertion);
    } catch (org.awaitility.core.ConditionTimeoutException e) {
      throw new AssertionError("the agent said: " + agent.said(), e);
    }
  }
}
