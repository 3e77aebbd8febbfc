package dev.headroom.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Pictures of the boards, drawn by ECharts in the installed Chromium from what the panels' own
/// queries answer. Grafana has no part in it.
final class BoardPictures {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SCRIPT = Path.of("src/test/resources/boards/picture.js");
  private static final String CAPTION =
      "Drawn from the board's queries, not Grafana: a Prometheus that scraped ./headroom demo";
  private static final int POINTS = 240;

  private final MonitoredDemo watched;
  private final String trainingJob;
  private final Instant from;
  private final Instant to;

  /// @param trainingJob of the board of one job
  /// @param span until now
  BoardPictures(MonitoredDemo watched, String trainingJob, Duration span) {
    this.watched = watched;
    this.trainingJob = trainingJob;
    this.to = Instant.now();
    this.from = to.minus(span);
  }

  /// Draws every board into a file of its uid.
  ///
  /// @return what the browser complained of
  List<String> drawInto(Path folder) throws IOException, InterruptedException {
    InstalledProgram chromium = InstalledProgram.program("chromium", "chromium");
    Files.createDirectories(folder);
    var complaints = new ArrayList<String>();
    try (Playwright playwright = Playwright.create();
        Browser browser = playwright.chromium().launch(options(chromium))) {
      for (Board board : Board.all()) {
        Page page = browser.newPage(new Browser.NewPageOptions().setViewportSize(1416, 900));
        page.onPageError(error -> complaints.add(board.title() + ": " + error));
        page.setContent("<!doctype html><meta charset=utf-8><title>board</title>");
        page.addScriptTag(
            new Page.AddScriptTagOptions()
                .setContent(watched.demo.get("/_static/echarts/dist/echarts.min.js")));
        page.addScriptTag(new Page.AddScriptTagOptions().setPath(SCRIPT));
        page.evaluate("data => draw(JSON.parse(data))", answered(board).toString());
        page.screenshot(
            new Page.ScreenshotOptions()
                .setPath(folder.resolve(board.uid() + ".png"))
                .setFullPage(true));
        page.close();
      }
    }
    return complaints;
  }

  /// The board as its file says, with what its queries answer in the place of their texts.
  private ObjectNode answered(Board board) throws IOException, InterruptedException {
    ObjectNode json = board.json().deepCopy();
    for (JsonNode panel : json.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        ArrayNode result = ((ObjectNode) target).putArray("result");
        String expression = Variables.inserted(target.path("expr").asText(), trainingJob);
        result.addAll(
            target.path("instant").asBoolean()
                ? watched.prometheus.query(expression, to)
                : watched.prometheus.query(expression, from, to, step()));
      }
    }
    ObjectNode data = JSON.createObjectNode().put("caption", CAPTION);
    data.set("board", json);
    data.putObject("range")
        .put("from", from.getEpochSecond())
        .put("to", to.getEpochSecond())
        .put("step", step());
    return data;
  }

  private long step() {
    return Math.max(1, Duration.between(from, to).toSeconds() / POINTS);
  }

  private static BrowserType.LaunchOptions options(InstalledProgram chromium) {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(chromium.program())
        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking"));
  }
}
