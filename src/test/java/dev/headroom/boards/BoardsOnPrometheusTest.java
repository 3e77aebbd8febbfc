package dev.headroom.boards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.ledger.JobEvent;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.Fate;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Pulse;
import dev.headroom.wire.Topics;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every query of every board and every rule, run by the real Prometheus on the monitor's own
/// `/metrics`, with the project's own configuration and rules. Jobs are scripted and folded without
/// Kafka; their two minutes lie before the test.
@QuarkusTest
class BoardsOnPrometheusTest {

  /// Panels of what is not scraped here, or need not have happened.
  private static final Set<String> MAY_BE_EMPTY =
      Set.of(
          "Busy and empty",
          "Agreement with dcgm-exporter",
          "Agents: records",
          "Agents not ready",
          "Agents: troubles",
          "Collecting garbage");

  @TestHTTPResource @Nullable URI monitor;
  @Inject LedgerKeeper keeper;
  @Inject Pulse pulse;

  @Test
  void everyPanelHasItsDataAndEveryFaultItsAlert(@TempDir Path folder) throws Exception {
    // Given nothing of what other tests of this monitor left
    keeper.change(
        before -> new LedgerKeeper.Change<>(Snapshot.empty(before.limits()), before.limits()));
    Instant start = Instant.now().minusSeconds(130);
    var jobs = new ScriptedJobs(start);
    fold(jobs.registrations(), start);
    for (long second = 1; second < 130; second++) {
      fold(jobs.at(second, false), start.plusSeconds(second));
    }

    try (PrometheusServer prometheus =
        PrometheusServer.scraping(Objects.requireNonNull(monitor).getPort(), folder)) {
      // When
      await().atMost(Duration.ofSeconds(20)).until(prometheus::isReady);
      fold(jobs.at(seconds(start), true), Instant.now());
      var until = Instant.now().plusSeconds(12);
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                pulse.received(Topics.MEMORY_SAMPLES, 10);
                pulse.met(Topics.MEMORY_SAMPLES, Fate.APPLIED, 10);
                pulse.lags(Topics.MEMORY_SAMPLES, 0, 3);
                pulse.delayed(Duration.ofMillis(80));
                pulse.erred(0.03);
                return Instant.now().isAfter(until);
              });

      // Then
      assertThat(empty(prometheus)).as("panels without the data they should have").isEmpty();
      assertThat(alerts(prometheus))
          .containsExactly(
              "HeadroomBudgetExceeded " + ScriptedJobs.DRIFTING,
              "HeadroomGpuOverCommitted " + ScriptedJobs.SHARED_GPU,
              "HeadroomLeakSuspected " + ScriptedJobs.LEAKING,
              "HeadroomOutOfMemory " + ScriptedJobs.DYING,
              "HeadroomOverReserved " + ScriptedJobs.OVER_RESERVED);
      assertThat(recordedWithoutSeries(prometheus)).isEmpty();
    }
  }

  private List<String> empty(PrometheusServer prometheus) throws Exception {
    var empty = new ArrayList<String>();
    for (Board board : Board.all()) {
      for (Board.Query query : board.queries()) {
        int series = prometheus.query(Variables.inserted(query, ScriptedJobs.LEAKING)).size();
        System.out.printf("%5d series  %s%n", series, query.where());
        if (series == 0 && !MAY_BE_EMPTY.contains(query.panel().title())) {
          empty.add(query.where());
        }
      }
    }
    return empty;
  }

  private static Set<String> alerts(PrometheusServer prometheus) throws Exception {
    var all = new TreeSet<String>();
    for (JsonNode alert : prometheus.query("ALERTS{alertstate=\"firing\"}")) {
      JsonNode labels = alert.path("metric");
      all.add(
          labels.path("alertname").asText()
              + " "
              + labels.path("training_job").asText(labels.path("gpu_uuid").asText()));
    }
    return all;
  }

  private static List<String> recordedWithoutSeries(PrometheusServer prometheus) throws Exception {
    var empty = new ArrayList<String>();
    for (Path file : Documents.in("deploy/prometheus/rules", "recording.yml")) {
      for (JsonNode rule : Documents.yaml(file).getFirst().at("/groups/0/rules")) {
        if (prometheus.query(rule.path("record").asText()).isEmpty()) {
          empty.add(rule.path("record").asText());
        }
      }
    }
    return empty;
  }

  private void fold(List<JobEvent> events, Instant at) {
    keeper.change(
        before -> {
          var after = before.owned().contains(0) ? before : Ledger.taken(before, 0, at);
          for (JobEvent event : events) {
            after = Ledger.after(after, event, 0, at).snapshot();
          }
          return new LedgerKeeper.Change<>(after, events.size());
        });
  }

  private static long seconds(Instant start) {
    return Duration.between(start, Instant.now()).toSeconds();
  }
}
