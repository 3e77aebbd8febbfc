package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.deployment.RecordedHistory.Line;
import dev.headroom.deployment.RecordedHistory.Pool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The forecast of the capacity board, by a real Prometheus over history that was made for it: it
/// names the day that the history implies.
class ForecastTest {

  private static final long TIB = 1L << 40;

  private static final String GROWS = "NVIDIA A100-SXM4-40GB";
  private static final String RESTS = "Tesla T4";
  private static final String SHRINKS = "NVIDIA L4";
  private static final String FULL = "NVIDIA H100 80GB HBM3";

  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  @Test
  void namesTheDayThatTheHistoryImplies(@TempDir Path folder) throws Exception {
    // Given: what is committed is full at noon in 23 days, what is measured in 200
    Instant committedFull = noonIn(23);
    Instant measuredFull = noonIn(200);
    RecordedHistory.write(
        List.of(
            new Pool(
                GROWS,
                10 * TIB,
                Line.reaching(10 * TIB, 7 * TIB, now, committedFull),
                Line.reaching(10 * TIB, 3 * TIB, now, measuredFull)),
            new Pool(RESTS, TIB, new Line(TIB / 2, 0), new Line(TIB / 3, 0)),
            new Pool(SHRINKS, TIB, new Line(TIB / 2, -1e9), new Line(TIB / 3, -1e9)),
            new Pool(FULL, TIB, new Line(2 * TIB, 1e9), new Line(TIB, 1e9))),
        now,
        folder.resolve("data"));

    // When
    try (PrometheusServer prometheus = PrometheusServer.scraping(Map.of(), folder)) {
      Board.Panel panel = panel("Full on");
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> !days(prometheus, panel, "B").isEmpty());

      // Then
      assertThat(days(prometheus, panel, "A"))
          .containsExactly(Map.entry(GROWS, day(committedFull)));
      assertThat(days(prometheus, panel, "B"))
          .containsEntry(GROWS, day(measuredFull))
          .doesNotContainKeys(RESTS, SHRINKS);
      assertThat(inThirtyDays(prometheus, GROWS))
          .isCloseTo(7 * TIB + 3.0 * TIB * 30 / days(committedFull), within());
      assertThat(inThirtyDays(prometheus, RESTS)).isEqualTo(TIB / 2.0);
    }
  }

  private static Percentage within() {
    return Percentage.withPercentage(0.01);
  }

  private Instant noonIn(int days) {
    return LocalDate.ofInstant(now, ZoneOffset.UTC)
        .plusDays(days)
        .atTime(12, 0)
        .toInstant(ZoneOffset.UTC);
  }

  private double days(Instant full) {
    return Duration.between(now, full).toSeconds() / 86_400.0;
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  /// The day of each pool that a query of the panel names.
  private static Map<String, LocalDate> days(
      PrometheusServer prometheus, Board.Panel panel, String refId) throws Exception {
    var days = new TreeMap<String, LocalDate>();
    for (JsonNode series : prometheus.query(expression(panel, refId))) {
      Instant full = Instant.ofEpochMilli((long) series.at("/value/1").asDouble());
      days.put(series.at("/metric/gpu_model").asText(), day(full));
    }
    return days;
  }

  private static double inThirtyDays(PrometheusServer prometheus, String gpuModel)
      throws Exception {
    for (JsonNode series : prometheus.query(expression(panel("Forecast for 30 days"), "B"))) {
      if (series.at("/metric/gpu_model").asText().equals(gpuModel)) {
        return series.at("/value/1").asDouble();
      }
    }
    throw new AssertionError("no forecast for " + gpuModel);
  }

  private static String expression(Board.Panel panel, String refId) {
    return panel.queries().stream()
        .filter(query -> query.json().path("refId").asText().equals(refId))
        .map(query -> Variables.inserted(query.expression(), ""))
        .findFirst()
        .orElseThrow();
  }

  private static Board.Panel panel(String title) {
    return Board.all().stream()
        .filter(board -> board.uid().equals("headroom-capacity"))
        .flatMap(board -> board.panels().stream())
        .filter(panel -> panel.title().equals(title))
        .findFirst()
        .orElseThrow();
  }
}
