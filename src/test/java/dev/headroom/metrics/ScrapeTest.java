package dev.headroom.metrics;

import static io.restassured.RestAssured.given;
import static io.restassured.config.DecoderConfig.decoderConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.Method;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /// routinator#704 and prometheus#11159: load balancers ask with HEAD. gotosocial#3216,
  /// telegraf#6523: what a client does not take (`gzip;q=0`) or prefers is passed over.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/openmetrics-text;q=0,text/plain          | text/plain                   | gzip
          application/openmetrics-text;q=0.2,text/plain;q=0.7  | text/plain                   | gzip
          application/openmetrics-text;q=0.7,text/plain;q=0.7  | application/openmetrics-text | gzip
          text/plain                                           | text/plain                   | identity
          """)
  void obeysWhatAClientWants(String accept, String type, String encoding) {
    for (Method method : List.of(Method.GET, Method.HEAD)) {
      given()
          .config(RestAssured.config().decoderConfig(decoderConfig().noContentDecoders()))
          .accept(accept)
          .header("Accept-Encoding", encoding.equals("gzip") ? "GZip" : "gzip;q=0, identity")
          .request(method, "/metrics")
          .then()
          .statusCode(200)
          .contentType(startsWith(type))
          .header(
              "Content-Encoding", encoding.equals("gzip") ? equalTo("gzip") : not(equalTo("gzip")))
          .header("Content-Length", Integer::parseInt, greaterThan(1000));
    }
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
