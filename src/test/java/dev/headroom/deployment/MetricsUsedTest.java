package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.metrics.MetricCatalogue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every metric and label that a board, a rule or a text of an alert uses is one the code exports:
/// who renames a metric is told which panels and rules used it.
class MetricsUsedTest {

  private static final Path AGENT = Path.of("src/main/java/dev/headroom/agent/AgentMetrics.java");

  /// What others export: Prometheus itself, Micrometer (of JVM and process), dcgm-exporter. That
  /// those of Micrometer exist is seen by [DemoIT].
  private static final Set<String> OTHERS =
      Set.of(
          "up",
          "scrape_duration_seconds",
          "jvm_memory_used_bytes",
          "jvm_memory_max_bytes",
          "jvm_gc_pause_seconds_sum",
          "jvm_threads_live_threads",
          "process_cpu_usage",
          "DCGM_FI_DEV_GPU_UTIL",
          "DCGM_FI_DEV_FB_USED");

  /// Labels of a scrape, of Micrometer's meters, and `gpu_uuid` as dcgm-exporter's
  // series get it.
  private static final Set<String> OTHER_LABELS = Set.of("job", "instance", "pod", "area");

  private record Use(String where, String expression) {}

  @Test
  void everyMetricIsExported() {
    // Given
    Map<String, Set<String>> catalogue = catalogue();
    var missing = new ArrayList<String>();

    // When
    for (Use use : uses()) {
      for (String metric : Promql.of(use.expression()).metrics()) {
        if (!catalogue.containsKey(metric) && !OTHERS.contains(metric)) {
          missing.add(metric + " is exported by nobody and used in " + use.where());
        }
      }
    }

    // Then
    assertThat(uses()).hasSizeGreaterThan(100);
    assertThat(missing).isEmpty();
  }

  @Test
  void everyLabelIsOfAMetricBesideIt() {
    // Given
    Map<String, Set<String>> catalogue = catalogue();
    var missing = new ArrayList<String>();

    // When
    for (Use use : uses()) {
      Promql names = Promql.of(use.expression());
      var known = new TreeSet<>(OTHER_LABELS);
      names.metrics().forEach(metric -> known.addAll(catalogue.getOrDefault(metric, Set.of())));
      if (use.expression().contains("label_replace(")) {
        known.add("gpu_uuid");
      }
      for (String label : names.labels()) {
        if (!known.contains(label)) {
          missing.add("no metric has the label " + label + " in " + use.where());
        }
      }
    }

    // Then
    assertThat(missing).isEmpty();
  }

  @Test
  void everyMetricOfJobsAndGpusIsOnABoard() {
    // Given
    var used = new TreeSet<String>();
    Board.all()
        .forEach(b -> b.queries().forEach(q -> used.addAll(Promql.of(q.expression()).metrics())));

    // When
    var unused = new TreeSet<>(MetricCatalogue.monitor().keySet());
    unused.removeAll(used);

    // Then
    assertThat(unused)
        .containsExactlyInAnyOrder(
            // Sums and counts of histograms whose buckets are shown.
            "headroom_ingest_delay_seconds_count",
            "headroom_ingest_delay_seconds_sum",
            // Off by default; as many series as jobs on GPUs.
            "headroom_gpu_job_memory_bytes");
  }

  private static Map<String, Set<String>> catalogue() {
    var all = new TreeMap<>(MetricCatalogue.monitor());
    // Prometheus' own series of alerts, with the labels of ours.
    all.put(
        "ALERTS",
        Set.of("alertname", "alertstate", "severity", "training_job", "gpu_uuid", "host"));
    Pattern.compile("\"(headroom_agent_[a-z_]+)\"")
        .matcher(Documents.text(AGENT))
        .results()
        .forEach(name -> all.put(name.group(1), agentLabels()));
    rules()
        .filter(rule -> rule.has("record"))
        .forEach(
            rule -> {
              String name = rule.path("record").asText();
              all.put(name, Promql.of(rule.path("expr").asText()).labels());
            });
    return all;
  }

  private static Set<String> agentLabels() {
    var labels = new TreeSet<String>();
    Pattern.compile("labelNames\\(([^)]*)\\)")
        .matcher(Documents.text(AGENT))
        .results()
        .flatMap(names -> Pattern.compile("\"(\\w+)\"").matcher(names.group(1)).results())
        .forEach(name -> labels.add(name.group(1)));
    return labels;
  }

  private static List<Use> uses() {
    var all = new ArrayList<Use>();
    for (Board board : Board.all()) {
      board.queries().forEach(q -> all.add(new Use("panel " + q.where(), q.expression())));
      for (JsonNode variable : board.variables()) {
        String query = variable.at("/query/query").asText();
        if (query.startsWith("label_values(")) {
          int comma = query.lastIndexOf(',');
          String label = query.substring(comma + 1, query.length() - 1).strip();
          String series = query.substring("label_values(".length(), comma);
          all.add(
              new Use(
                  "variable " + board.title() + " / " + variable.path("name").asText(),
                  "max by (" + label + ") (" + series + ")"));
        }
      }
    }
    rules()
        .forEach(
            rule -> {
              String name = "rule " + rule.path("alert").asText(rule.path("record").asText());
              all.add(new Use(name, rule.path("expr").asText()));
              Pattern.compile("printf \"([^\"]*)\" [^|]*\\| query|\\{\\{ with query \"([^\"]*)\"")
                  .matcher(rule.at("/annotations/description").asText())
                  .results()
                  .forEach(
                      inner -> {
                        String query = inner.group(1) == null ? inner.group(2) : inner.group(1);
                        all.add(new Use(name + ", its description", query));
                      });
            });
    return all;
  }

  private static Stream<JsonNode> rules() {
    return Documents.in("deploy/prometheus/rules", ".yml").stream()
        .flatMap(file -> Documents.yaml(file).stream())
        .flatMap(document -> Documents.each(document.path("groups")).stream())
        .flatMap(group -> Documents.each(group.path("rules")).stream());
  }
}
