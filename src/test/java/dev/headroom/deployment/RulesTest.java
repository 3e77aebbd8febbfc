package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules and routes by Prometheus' and Alertmanager's own tools, and that each alert says what an
/// operator needs.
class RulesTest {

  private static final String RULES = "deploy/prometheus/rules";

  @Test
  void promtoolFindsRulesAndConfigurationValid() throws Exception {
    // Given
    InstalledProgram promtool = InstalledProgram.program("promtool", "prometheus");
    var arguments = new ArrayList<>(List.of("check", "rules", "--lint-fatal"));
    Documents.in(RULES, ".yml").forEach(file -> arguments.add(file.toString()));

    // When
    var rules = promtool.run(arguments);
    var config = promtool.run(List.of("check", "config", "deploy/prometheus/prometheus.yml"));

    // Then
    assertThat(rules.code()).as(rules.text()).isZero();
    assertThat(config.code()).as(config.text()).isZero();
  }

  @Test
  void promtoolTestsEveryRule() throws Exception {
    // Given
    var arguments = new ArrayList<>(List.of("test", "rules"));
    Documents.in("deploy/prometheus/tests", ".yml").forEach(f -> arguments.add(f.toString()));

    // When
    var said = InstalledProgram.program("promtool", "prometheus").run(arguments);

    // Then
    assertThat(said.code()).as(said.text()).isZero();
    assertThat(said.text().lines().filter(line -> line.contains("SUCCESS"))).hasSize(5);
  }

  @Test
  void amtoolFindsTheRoutesValid() throws Exception {
    // Given
    InstalledProgram amtool = InstalledProgram.program("amtool", "prometheus-alertmanager");
    String config = "deploy/alertmanager/alertmanager.yml";

    // When
    var said = amtool.run(List.of("check-config", config));
    var down =
        amtool.run(
            List.of(
                "config",
                "routes",
                "test",
                "--config.file=" + config,
                "alertname=HeadroomMonitorDown",
                "severity=critical"));
    var memory =
        amtool.run(
            List.of(
                "config",
                "routes",
                "test",
                "--config.file=" + config,
                "alertname=HeadroomOutOfMemory",
                "severity=critical"));

    // Then
    assertThat(said.code()).as(said.text()).isZero();
    assertThat(down.text().strip()).endsWith("platform");
    assertThat(memory.text().strip()).endsWith("on-call");
  }

  @Test
  void everyPanelsQueryIsValid(@TempDir Path folder) throws Exception {
    // Given
    InstalledProgram promtool = InstalledProgram.program("promtool", "prometheus");
    var rules = new ArrayList<Map<String, String>>();
    for (Board board : Board.all()) {
      for (Board.Query query : board.queries()) {
        rules.add(
            Map.of(
                "record",
                "query:n" + rules.size(),
                "expr",
                Variables.inserted(query.expression(), "x")));
      }
    }
    Path file = folder.resolve("queries.yml");
    Map<String, Object> group = Map.of("name", "boards", "rules", rules);
    new ObjectMapper().writeValue(file.toFile(), Map.of("groups", List.of(group)));

    // When
    var said = promtool.run(List.of("check", "rules", file.toString()));

    // Then
    assertThat(said.code()).as(said.text()).isZero();
    assertThat(said.text()).contains(rules.size() + " rules found");
  }

  /// Fires, does not at the boundary, does not when its series are absent.
  @Test
  void everyAlertHasThreeCasesOneOfThemFiring() {
    // Given
    List<JsonNode> tests =
        Documents.in("deploy/prometheus/tests", ".yml").stream()
            .flatMap(file -> Documents.yaml(file).stream())
            .flatMap(document -> Documents.each(document.path("tests")).stream())
            .toList();

    for (JsonNode alert : alerts()) {
      // When
      String name = alert.path("alert").asText();
      List<JsonNode> own =
          tests.stream().filter(t -> t.path("name").asText().startsWith(name + ":")).toList();
      Map<Boolean, Long> firing =
          own.stream().collect(Collectors.partitioningBy(RulesTest::fires, Collectors.counting()));

      // Then
      assertThat(firing.get(true)).as("%s: cases that fire", name).isPositive();
      assertThat(firing.get(false)).as("%s: cases that do not", name).isGreaterThan(1);
    }
    assertThat(alerts()).hasSizeGreaterThanOrEqualTo(12);
  }

  private static boolean fires(JsonNode test) {
    return Documents.each(test.path("alert_rule_test")).stream()
        .anyMatch(at -> !at.path("exp_alerts").isEmpty());
  }

  @Test
  void everyAlertSaysWhatHappenedAndWhatToDo() throws IOException {
    // Given
    Set<String> boards = Board.all().stream().map(Board::uid).collect(Collectors.toSet());
    String index = Files.readString(Path.of("docs/runbooks/README.md"));
    var names = new TreeSet<String>();

    for (JsonNode alert : alerts()) {
      // When
      String name = alert.path("alert").asText();
      JsonNode annotations = alert.path("annotations");
      Path runbook = Path.of("docs/runbooks", name + ".md");

      // Then
      names.add(name);
      assertThat(name).matches("Headroom([A-Z][a-z]+)+");
      assertThat(alert.at("/labels/severity").asText())
          .as(name)
          .isIn("critical", "warning", "info");
      assertThat(annotations.path("summary").asText()).as(name).isNotBlank();
      assertThat(annotations.path("description").asText()).as(name).contains("Next: ");
      assertThat(annotations.path("runbook_url").asText())
          .as(name)
          .endsWith("/docs/runbooks/" + name + ".md");
      assertThat(Files.readString(runbook))
          .as(runbook.toString())
          .contains("# " + name, "## What happened", "## Do");
      assertThat(index).contains("(" + name + ".md)");
      assertThat(annotations.path("__dashboardUid__").asText()).as(name).isIn(boards);
      assertThat(annotations.path("dashboard").asText())
          .as(name)
          .startsWith("/d/" + annotations.path("__dashboardUid__").asText());
    }
    assertThat(Documents.in("docs/runbooks", ".md")).hasSize(names.size() + 1);
  }

  private static List<JsonNode> alerts() {
    return Documents.in(RULES, ".yml").stream()
        .flatMap(file -> Documents.yaml(file).stream())
        .flatMap(document -> Documents.each(document.path("groups")).stream())
        .flatMap(group -> Documents.each(group.path("rules")).stream())
        .filter(rule -> rule.has("alert"))
        .toList();
  }
}
