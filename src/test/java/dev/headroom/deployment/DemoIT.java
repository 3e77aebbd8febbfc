package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// `./headroom demo` as it was built, and behind it the real Prometheus with the project's own
/// configuration and rules: every query of every board, every rule, and what the cluster's faults
/// raise.
///
/// The cluster has lived for four minutes when it starts, so that growth can be seen at once; some
/// seconds later one of its jobs runs out of memory.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoIT {

  private static final long PAST_SECONDS = 215;
  private static final String LEAKING = "swin-t-leaking";

  /// Panels of what need not happen.
  private static final Set<String> MAY_BE_EMPTY =
      Set.of(
          "Agents not ready",
          "Agents: troubles",
          // The job that is looked at has a budget.
          "Why it has no budget",
          // Until a second job has ended.
          "What fits the drift",
          "Prediction error",
          "Predictions within P95",
          "Runs that a cap at P95 would have killed");

  /// Those that have a GPU to themselves.
  private static final Set<String> NEED_LESS_THAN_HALF =
      Set.of(
          "convnext-tiny-tune",
          "densenet121-xray",
          "resnet152-imagenet",
          "resnet50-drifting",
          "shufflenet-replaced",
          LEAKING,
          "vgg16-over-reserved",
          "vit-b16-pretrain");

  /// What these jobs raise besides, before or after the moment at which the test looks.
  ///
  /// The one that dies fills its GPU first, the one that leaks is above its budget in the end, and
  /// the series of the one that has finished last a while.
  private static final Set<String> SOONER_OR_LATER =
      Set.of(
          "HeadroomBudgetExceeded efficientnet-b3-dying",
          "HeadroomGpuOverCommitted GPU-alone",
          "HeadroomGpuUnderused efficientnet-b3-dying",
          "HeadroomLeakSuspected efficientnet-b3-dying",
          "HeadroomTimeToCapacityShort efficientnet-b3-dying",
          "HeadroomGpuUnderused resnet18-finishing",
          "HeadroomGpuUnderused ending",
          // The shared GPU is the only one of its model.
          "HeadroomFleetOverCommitted ",
          // Rules run every second here, and their history has a value every five minutes: where it
          // ends while a job is dead, the job's return looks like growth.
          "HeadroomPoolFullSoon ",
          // Until Prometheus has scraped for the first time.
          "HeadroomAgentDown ",
          "HeadroomMonitorDown ");

  private MonitoredDemo watched;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    watched = new MonitoredDemo(PAST_SECONDS, folder);
  }

  @AfterAll
  void stop() {
    watched.close();
  }

  @Test
  @Order(1)
  void theDemoSaysWhereEverythingIs() {
    String address = watched.demo.monitor().toString();
    assertThat(watched.demo.said)
        .contains("Headroom runs: 20 simulated jobs on 25 GPUs (seed 1).")
        .contains("  page      " + address + "/")
        .contains("  metrics   " + address + "/metrics")
        .contains("  API       " + address + "/api/v1/jobs")
        .contains("  Kafka     " + watched.demo.kafka());
  }

  @Test
  @Order(2)
  void theDriftingJobIsAFifthAboveAndTheHealthyOneIsNot() throws Exception {
    String drift = "headroom_job_drift_ratio\\{training_job=\"%s\",size=\"allocated\"}";
    assertThat(watched.values(drift.formatted("resnet50-drifting"))).containsExactly("0.2");
    assertThat(watched.values(drift.formatted("resnet50-healthy"))).containsExactly("0.0");
  }

  @Test
  @Order(2)
  void jobsOfSeveralRanksHoldWhatTheirRulesSay() throws Exception {
    for (var job : Map.of("gpt2-fsdp", 8, "resnet101-ddp", 4).entrySet()) {
      String of = "\\{training_job=\"" + job.getKey() + "\"";
      assertThat(watched.values("headroom_job_ranks" + of + "}"))
          .containsExactly(job.getValue().toString());
      assertThat(watched.values("headroom_job_gpu_info" + of + ".*}")).hasSize(job.getValue());
      assertThat(watched.values("headroom_job_drift_ratio" + of + ",size=\"allocated\"}"))
          .singleElement()
          .satisfies(drift -> assertThat(Double.parseDouble(drift)).isBetween(-0.01, 0.01));
    }
  }

  @Test
  @Order(3)
  void everyFaultRaisesItsAlerts() throws Exception {
    // Given
    var faults =
        new TreeSet<>(
            Set.of(
                "HeadroomBudgetExceeded resnet50-drifting",
                "HeadroomReservedExceeded vgg16-over-reserved",
                "HeadroomGpuOverCommitted " + ExtraWorkload.SHARED_GPU,
                "HeadroomLeakSuspected " + LEAKING,
                "HeadroomOutOfMemoryImminent efficientnet-b3-dying",
                "HeadroomOutOfMemory efficientnet-b3-dying",
                "HeadroomPredictionMissing "));
    NEED_LESS_THAN_HALF.forEach(job -> faults.add("HeadroomGpuUnderused " + job));

    faults.add("HeadroomGpuOverCommitted " + watched.gpuOf("resnet152-sweep-3"));

    // When
    var raised = new TreeSet<String>();
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () -> {
              raised.addAll(alerts());
              assertThat(raised).containsAll(faults);
            });

    // Then
    raised.removeAll(SOONER_OR_LATER);
    assertThat(raised).isEqualTo(faults);
  }

  @Test
  @Order(4)
  void theOverReservedJobIsToBeRightSized() throws Exception {
    new CapacityOfTheDemo(watched).overReservedJobIsToBeRightSized();
  }

  @Test
  @Order(5)
  void theFleetsFiguresAreTheSameInApiAndMetrics() {
    new CapacityOfTheDemo(watched).figuresAreTheSameInApiAndMetrics();
  }

  @Test
  @Order(6)
  void theForecastNamesTheDayThatTheHistoryImplies() throws Exception {
    new CapacityOfTheDemo(watched).forecastNamesTheDayThatTheHistoryImplies();
  }

  @Test
  @Order(7)
  void jobsGoWhereTheDocumentSaysAndOnTheLiveFleet() throws Exception {
    new CapacityOfTheDemo(watched).jobsGoWhereTheDocumentSaysAndOnTheLiveFleet();
  }

  @Test
  @Order(8)
  void everyPanelHasItsData() {
    // Given
    var counts = new ArrayList<String>();

    // Then
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(empty(counts)).isEmpty());
    counts.forEach(System.out::println);
    assertThat(counts).hasSize(Board.all().stream().mapToInt(b -> b.queries().size()).sum());
  }

  @Test
  @Order(9)
  void everyRuleIsEvaluatedAndRecords() throws Exception {
    // When
    var silent = new ArrayList<String>();
    for (Path file : Documents.in("deploy/prometheus/rules", ".yml")) {
      for (JsonNode group : Documents.yaml(file).getFirst().path("groups")) {
        for (JsonNode rule : group.path("rules")) {
          String name = rule.path("record").asText();
          if (!name.isEmpty() && watched.prometheus.query(name).isEmpty()) {
            silent.add(name);
          }
        }
      }
    }

    // Then
    assertThat(silent).isEmpty();
    assertThat(watched.prometheus.unhealthyRules()).isEmpty();
  }

  /// As files in `target/boards`, to be looked at; [BoardPicturesIT] makes those of the documents.
  @Test
  @Order(10)
  void everyBoardCanBeDrawn() throws Exception {
    var pictures = new BoardPictures(watched, LEAKING, Duration.ofSeconds(20));
    assertThat(pictures.drawInto(Path.of("target/boards"))).isEmpty();
  }

  @Test
  @Order(11)
  void sigtermEndsItAndAllItStarted() throws Exception {
    // Given
    List<ProcessHandle> children = watched.demo.children();
    assertThat(children).hasSizeGreaterThanOrEqualTo(2);
    watched.outsiders.close();

    // When
    int status = watched.demo.terminate();

    // Then
    assertThat(status).as("128 + SIGTERM").isEqualTo(143);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  /// How many series each query has, into `counts`; those that should have some and do not.
  private List<String> empty(List<String> counts) throws Exception {
    var empty = new ArrayList<String>();
    counts.clear();
    for (Board board : Board.all()) {
      for (Board.Query query : board.queries()) {
        String expression = Variables.inserted(query.expression(), LEAKING);
        // Of a series that is NaN nothing is drawn.
        long series =
            watched.prometheus.query(expression).stream()
                .filter(each -> !each.at("/value/1").asText().equals("NaN"))
                .count();
        counts.add("%5d series  %s".formatted(series, query.where()));
        if (series == 0 && !MAY_BE_EMPTY.contains(query.panel().title())) {
          empty.add(query.where());
        }
      }
    }
    return empty;
  }

  private Set<String> alerts() throws Exception {
    var all = new TreeSet<String>();
    for (JsonNode alert : watched.prometheus.query("ALERTS{alertstate=\"firing\"}")) {
      JsonNode labels = alert.path("metric");
      String subject = labels.path("training_job").asText(labels.path("gpu_uuid").asText());
      all.add(labels.path("alertname").asText() + " " + subject);
    }
    return all;
  }
}
