package dev.headroom.metrics;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ScrapeTest {

  @Test
  void answersTextWithTheMetersOfTheProcessItself() throws IOException {
    // When
    String text =
        given()
            .get("/metrics")
            .then()
            .statusCode(200)
            .contentType("text/plain; version=0.0.4; charset=utf-8")
            .extract()
            .asString();

    // Then
    assertThat(Promtool.check(text)).isEmpty();
    assertThat(text)
        .contains("headroom_build_info{version=\"", "jvm_memory_used_bytes{", "headroom_jobs{")
        .containsOnlyOnce(
            "headroom_exposed_series " + text.lines().filter(l -> !l.startsWith("#")).count());
  }

  @Test
  void answersOpenMetricsToWhoeverAsksForIt() {
    // When
    String text =
        given()
            .accept("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5")
            .get("/metrics")
            .then()
            .statusCode(200)
            .header("Content-Encoding", "gzip")
            .contentType("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .body(containsString("# TYPE headroom_build info"))
            .extract()
            .asString();

    // Then
    assertThat(text).endsWith("# EOF\n").containsOnlyOnce("# EOF");
  }

  @Test
  void answersOnlyWhatIsAskedFor() {
    // When
    String text =
        given()
            .queryParam("name[]", "headroom_jobs", "headroom_ready")
            .get("/metrics")
            .then()
            .statusCode(200)
            .extract()
            .asString();

    // Then
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE ")))
        .containsExactly("# TYPE headroom_jobs gauge", "# TYPE headroom_ready gauge");
  }
}
