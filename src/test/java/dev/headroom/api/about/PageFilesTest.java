package dev.headroom.api.about;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.ServedRoutes;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a browser may keep, before what serves the files.
class PageFilesTest {

  private final ServedRoutes served;

  PageFilesTest() throws Exception {
    served =
        new ServedRoutes(
            router -> {
              new PageFiles().register(router);
              router.route().handler(context -> context.end("served"));
            });
  }

  @AfterEach
  void close() {
    served.close();
  }

  @Test
  void ownFilesAreAskedForAgainAndNotSentAgain() throws Exception {
    for (String path : new String[] {"/", "/index.html", "/page/headroom.css", "/headroom.svg"}) {
      HttpResponse<String> first = ask("GET", path, "");
      assertThat(first.headers().firstValue("cache-control")).contains("no-cache");
      String tag = first.headers().firstValue("etag").orElseThrow();
      assertThat(tag).matches("W/\"[0-9a-f]{24}\"");
      assertThat(first.body()).isEqualTo("served");
      assertThat(ask("GET", path, tag).statusCode()).isEqualTo(304);
      assertThat(ask("GET", path, "W/\"another\"").body()).isEqualTo("served");
    }
    assertThat(ask("GET", "/", "").headers().firstValue("etag"))
        .isEqualTo(ask("GET", "/index.html", "").headers().firstValue("etag"))
        .isNotEqualTo(ask("GET", "/headroom.svg", "").headers().firstValue("etag"));
    assertThat(ask("HEAD", "/", "").headers().firstValue("etag")).isPresent();
  }

  @Test
  void whatIsNoFileOfThePageHasNoTag() throws Exception {
    for (String path :
        new String[] {"/nothing.html", "/page/none.js", "/q/health", "/page/X.css"}) {
      assertThat(ask("GET", path, "").headers().firstValue("etag")).as(path).isEmpty();
    }
    assertThat(ask(HttpMethod.POST.name(), "/", "").headers().firstValue("etag")).isEmpty();
  }

  private HttpResponse<String> ask(String method, String path, String known)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        served.request(path).method(method, HttpRequest.BodyPublishers.noBody());
    if (!known.isEmpty()) {
      request.header("If-None-Match", known);
    }
    return served.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
