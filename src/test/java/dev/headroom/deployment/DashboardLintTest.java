package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.sample.JobPhase;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The 17 rules of grafana/dashboard-linter, restated here because that program is not to be had
/// from a registry, and what else a board needs to work on import.
///
/// | rule | here |
/// |---|---|
/// | template-datasource-rule | [#theDatasourceIsAVariable] |
/// | template-label-promql-rule | [#variablesAreQueriesThatReloadWithTheTime] |
/// | template-on-time-change-reload-rule | the same |
/// | panel-datasource-rule | [#everyPanelAndQueryUsesThatDatasource] |
/// | panel-title-description-rule | [#everyPanelSaysWhatItShows] |
/// | panel-units-rule | the same |
/// | panel-no-targets-rule | the same |
/// | target-promql-rule | [RulesTest#everyPanelsQueryIsValid], by promtool |
/// | target-rate-interval-rule | [#ratesUseTheRateInterval] |
/// | target-counter-agg-rule | [#countersAreNeverShownRaw] |
/// | uneditable-dashboard-rule | [#theBoardIsAFileAndNotEditable] |
/// | target-logql-rule, target-logql-auto-rule | hold with nothing to check: no query is of logs |
/// | template-job-rule, template-instance-rule, target-job-rule, target-instance-rule | excluded |
///
/// Excluded, because a training job moves between replicas: a board that chose `job` or `instance`
/// would lose it when it does. Names that begin with `headroom_` need no `job` to be told apart,
/// and the JVM's series are chosen by the instances that export `headroom_build_info`.
class DashboardLintTest {

  /// Of Grafana's value formats, those used here.
  private static final Set<String> UNITS =
      Set.of(
          "none", "short", "bytes", "Bps", "percent", "percentunit", "s", "cps", "dateTimeAsIso");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)");

  static List<Board> boards() {
    return Board.all();
  }

  @Test
  void thereAreFour() {
    assertThat(boards().stream().map(Board::uid))
        .containsExactly(
            "headroom-capacity", "headroom-fleet", "headroom-job", "headroom-pipeline");
    assertThat(boards().stream().map(Board::title).distinct()).hasSize(4);
  }

  @ParameterizedTest
  @MethodSource("boards")
  void theDatasourceIsAVariable(Board board) {
    // When
    List<JsonNode> sources =
        board.variables().stream()
            .filter(variable -> variable.path("type").asText().equals("datasource"))
            .toList();

    // Then
    assertThat(sources).hasSize(1);
    assertThat(sources.getFirst().path("name").asText()).isEqualTo("datasource");
    assertThat(sources.getFirst().path("label").asText()).isEqualTo("Data source");
    assertThat(sources.getFirst().path("query").asText()).isEqualTo("prometheus");
  }

  @ParameterizedTest
  @MethodSource("boards")
  void variablesAreQueriesThatReloadWithTheTime(Board board) {
    for (JsonNode variable : board.variables()) {
      if (!variable.path("type").asText().equals("datasource")) {
        assertThat(variable.path("type").asText()).isEqualTo("query");
        assertThat(variable.at("/datasource/uid").asText()).isEqualTo("${datasource}");
        assertThat(variable.at("/query/query").asText())
            .matches("label_values\\([a-z_]+(\\{.*})?, [a-z_]+\\)")
            // Series that are there as long as their job or GPU is.
            .matches("label_values\\((headroom_gpu_info|headroom_job_state).*");
        assertThat(variable.path("definition").asText())
            .isEqualTo(variable.at("/query/query").asText());
        assertThat(variable.path("refresh").asInt()).as("refresh on time change").isEqualTo(2);
        assertThat(variable.path("label").asText()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void everyVariableIsDefined(Board board) {
    // Given
    Set<String> defined =
        board.variables().stream()
            .map(variable -> variable.path("name").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    defined.addAll(Set.of("__rate_interval", "__range", "__data", "__url_time_range"));

    // When
    Set<String> used =
        VARIABLE
            .matcher(board.json().toString().replace("\"$1\"", "").replace("\\\"$1\\\"", ""))
            .results()
            .map(variable -> variable.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    used.remove("__all");

    // Then
    assertThat(defined).containsAll(used);
    assertThat(used)
        .containsAll(
            board.variables().stream().map(variable -> variable.path("name").asText()).toList());
  }

  @ParameterizedTest
  @MethodSource("boards")
  void everyPanelAndQueryUsesThatDatasource(Board board) {
    for (Board.Panel panel : board.panels()) {
      assertThat(panel.json().at("/datasource/uid").asText())
          .as(panel.where())
          .isEqualTo("${datasource}");
      for (Board.Query query : panel.queries()) {
        assertThat(query.json().at("/datasource/uid").asText())
            .as(query.where())
            .isEqualTo("${datasource}");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void everyPanelSaysWhatItShows(Board board) {
    for (Board.Panel panel : board.panels()) {
      JsonNode defaults = panel.json().at("/fieldConfig/defaults");
      assertThat(panel.title()).isNotBlank();
      assertThat(panel.json().path("description").asText()).as(panel.where()).isNotBlank();
      assertThat(defaults.path("unit").asText()).as(panel.where()).isIn(UNITS);
      assertThat(panel.queries()).as(panel.where()).isNotEmpty();
      assertThat(panel.queries().stream().map(q -> q.json().path("refId").asText()))
          .as(panel.where())
          .doesNotHaveDuplicates();
      // A number or a dash there would look like an answer when nothing is measured at all.
      assertThat(defaults.path("noValue").asText()).as(panel.where()).matches("[A-Z].{8,}");
    }
    assertThat(board.panels().stream().map(Board.Panel::title)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void ratesUseTheRateInterval(Board board) {
    for (Board.Query query : board.queries()) {
      if (query.expression().contains("headroom_prediction")) {
        // Jobs end by the hour, not by the second.
        assertThat(query.expression()).contains("[1h]");
        continue;
      }
      assertThat(
              query
                  .expression()
                  .replace("[$__rate_interval]", "")
                  .replace("[$__range]", "")
                  // A sum over time needs steps that are known.
                  .replace("[$__range:30s]", ""))
          .as(query.where())
          .doesNotContain("[");
    }
  }

  /// Over a span, a name that changed would stand beside the one that came after it.
  @ParameterizedTest
  @MethodSource("boards")
  void namesShownAsTextAreThoseOfNow(Board board) {
    for (Board.Panel panel : board.panels()) {
      if (panel.json().at("/options/textMode").asText().equals("name")) {
        panel
            .queries()
            .forEach(q -> assertThat(q.json().path("instant").asBoolean()).as(q.where()).isTrue());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void countersAreNeverShownRaw(Board board) {
    Pattern raw = Pattern.compile("(?<!rate\\()(?<!increase\\()\\b\\w+_total\\b");
    for (Board.Query query : board.queries()) {
      assertThat(raw.matcher(query.expression()).results()).as(query.where()).isEmpty();
    }
  }

  /// While a job moves, two replicas may export it for a scrape or two: what is of a job or a GPU
  /// is made one series before it is added up.
  @ParameterizedTest
  @MethodSource("boards")
  void replicasAreAggregatedAway(Board board) {
    Pattern bare =
        Pattern.compile(
            "(?:sum|count|avg)(?: by \\([^)]*\\))? ?\\(headroom_(?:job|gpu)_(?!conflicts)");
    for (Board.Query query : board.queries()) {
      assertThat(bare.matcher(query.expression()).results()).as(query.where()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("boards")
  void theBoardIsAFileAndNotEditable(Board board) {
    JsonNode json = board.json();
    assertThat(json.path("editable").asBoolean(true)).isFalse();
    assertThat(json.path("schemaVersion").asInt()).isBetween(39, 41);
    assertThat(json.has("id")).isFalse();
    assertThat(json.path("tags").toString()).contains("\"headroom\"");
    assertThat(board.file().getFileName()).hasToString(board.uid() + ".json");
    JsonNode link = json.path("links").path(0);
    assertThat(link.path("tags").toString()).isEqualTo("[\"headroom\"]");
    assertThat(link.path("keepTime").asBoolean()).isTrue();
    assertThat(link.path("includeVars").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void panelsStandOnTheGridAndOnNoOther(Board board) {
    // Given
    var taken = new TreeSet<Integer>();
    List<JsonNode> panels = Documents.each(board.json().path("panels"));

    for (JsonNode panel : panels) {
      // When
      JsonNode place = panel.path("gridPos");
      int x = place.path("x").asInt();
      int w = place.path("w").asInt();

      // Then
      assertThat(x).isNotNegative();
      assertThat(w).isPositive();
      assertThat(x + w).as(panel.path("title").asText()).isLessThanOrEqualTo(24);
      for (int row = 0; row < place.path("h").asInt(); row++) {
        for (int column = x; column < x + w; column++) {
          int cell = (place.path("y").asInt() + row) * 24 + column;
          assertThat(taken.add(cell)).as("overlap at %s", panel.path("title")).isTrue();
        }
      }
    }
    assertThat(panels.stream().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("boards")
  void linksLeadToBoardsThatExist(Board board) {
    Set<String> uids = boards().stream().map(Board::uid).collect(Collectors.toSet());
    Pattern.compile("/d/([a-z-]+)")
        .matcher(board.json().toString())
        .results()
        .forEach(link -> assertThat(uids).contains(link.group(1)));
  }

  /// From the fleet to a job is one click on its name; its categories are on the board that opens.
  @Test
  void theFleetsTablesLeadToTheJob() {
    Board fleet =
        boards().stream().filter(b -> b.uid().equals("headroom-fleet")).findFirst().orElseThrow();
    for (String title : List.of("Worst drifters", "Over-reserved", "Jobs on over-committed GPUs")) {
      Board.Panel panel =
          fleet.panels().stream().filter(p -> p.title().equals(title)).findFirst().orElseThrow();
      assertThat(panel.json().path("fieldConfig").toString())
          .contains("/d/headroom-job?var-training_job=${__data.fields.training_job}")
          .contains("${__url_time_range}");
    }
  }

  /// The metric is a number; only the board says its name.
  @Test
  void phasesHaveTheNamesOfTheCode() {
    // Given
    JsonNode mappings =
        boards().stream()
            .flatMap(board -> board.panels().stream())
            .filter(panel -> panel.title().equals("State and phase"))
            .findFirst()
            .orElseThrow()
            .json()
            .at("/fieldConfig/overrides/0/properties/0/value/0/options");

    // Then
    assertThat(mappings).hasSameSizeAs(JobPhase.values());
    for (JobPhase phase : JobPhase.values()) {
      assertThat(mappings.path(Integer.toString(phase.number())).path("text").asText())
          .isEqualTo(phase.wireName());
    }
  }

  /// A runbook sends its reader to panels and boards by their titles, in italics.
  @Test
  void runbooksNamePanelsThatExist() {
    // Given
    var titles = new TreeSet<String>();
    for (Board board : boards()) {
      titles.add(board.title().replace("Headroom / ", ""));
      board.panels().forEach(panel -> titles.add(panel.title()));
    }
    // Prometheus' own page.
    titles.add("Targets");

    // When
    var named =
        Documents.in("docs/runbooks", ".md").stream()
            .flatMap(
                file ->
                    Pattern.compile("(?<!\\*)\\*([A-Z][^*\\n]*)\\*(?!\\*)")
                        .matcher(Documents.text(file))
                        .results())
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    // Then
    assertThat(named).hasSizeGreaterThan(8);
    assertThat(titles).containsAll(named);
  }
}
