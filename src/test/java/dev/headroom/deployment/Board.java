package dev.headroom.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/// A Grafana board as its file says.
record Board(Path file, JsonNode json) {

  /// One query of a panel.
  ///
  /// @param where board, panel and reference, for messages
  record Query(String where, Panel panel, JsonNode json) {

    String expression() {
      return json.path("expr").asText();
    }
  }

  /// A panel that is no row.
  record Panel(Board board, JsonNode json) {

    String title() {
      return json.path("title").asText();
    }

    String where() {
      return board.title() + " / " + title();
    }

    List<Query> queries() {
      return Documents.each(json.path("targets")).stream()
          .map(target -> new Query(where() + " / " + target.path("refId").asText(), this, target))
          .toList();
    }
  }

  static List<Board> all() {
    return Documents.in("grafana/dashboards", ".json").stream()
        .map(file -> new Board(file, Documents.json(file)))
        .toList();
  }

  String uid() {
    return json.path("uid").asText();
  }

  String title() {
    return json.path("title").asText();
  }

  List<JsonNode> variables() {
    return Documents.each(json.at("/templating/list"));
  }

  /// All panels but rows, which hold titles only.
  List<Panel> panels() {
    return Documents.each(json.path("panels")).stream()
        .filter(panel -> !panel.path("type").asText().equals("row"))
        .map(panel -> new Panel(this, panel))
        .toList();
  }

  List<Query> queries() {
    return panels().stream().flatMap(panel -> panel.queries().stream()).toList();
  }
}
