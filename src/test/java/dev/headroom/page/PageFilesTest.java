package dev.headroom.page;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class PageFilesTest {

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page/app.js", "/page/headroom.css", "/headroom.svg"})
  void whatKeepsItsNameIsAskedForAgainAndNotSentAgain(String path) {
    Response first = given().get(path);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
    String tag = first.header("ETag");
    assertThat(tag).startsWith("W/\"");
    given().header("If-None-Match", tag).get(path).then().statusCode(304).body(equalTo(""));
    given().header("If-None-Match", "W/\"other\"").get(path).then().statusCode(200);
  }

  @Test
  void aLibraryWithItsVersionInItsPathIsKept() {
    given()
        .get(importMap().group("echarts"))
        .then()
        .statusCode(200)
        .header("Cache-Control", org.hamcrest.Matchers.containsString("immutable"))
        .header("Content-Type", org.hamcrest.Matchers.startsWith("text/javascript"));
    given().get("/page/nothing.js").then().statusCode(404).header("ETag", nullValue());
  }

  @Test
  void noScriptRunsButOursAndTheImportMapOfThePage() throws Exception {
    // Given
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(importMap().group("map").getBytes(StandardCharsets.UTF_8));
    // Then
    assertThat(given().get("/").header("Content-Security-Policy"))
        .contains("script-src 'self' 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
  }

  @Test
  void theFirstLoadIsSmall() {
    long bytes = 0;
    for (String path :
        new String[] {
          "/",
          "/page/app.js",
          "/page/dom.js",
          "/page/format.js",
          "/page/live.js",
          "/page/theme.js",
          "/page/jobs.js",
          "/page/words.js",
          "/page/badges.js",
          "/page/membar.js",
          "/page/empty.js",
          "/page/headroom.css",
          "/headroom.svg"
        }) {
      bytes += given().header("Accept-Encoding", "gzip").get(path).asByteArray().length;
    }
    assertThat(bytes).isLessThan(120_000);
  }

  private static Matcher importMap() {
    String html = given().get("/").asString();
    Matcher map =
        Pattern.compile(
                "<script type=\"importmap\">(?<map>\\{.*\"echarts\":\"(?<echarts>[^\"]+)\".*\\})</script>")
            .matcher(html);
    assertThat(map.find()).isTrue();
    return map;
  }
}
