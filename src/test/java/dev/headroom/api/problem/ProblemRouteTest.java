package dev.headroom.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.api.ServedRoutes;
import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A router that fails as the framework does; a body may have ten bytes.
class ProblemRouteTest {

  private final ServedRoutes served;

  ProblemRouteTest() throws Exception {
    served =
        new ServedRoutes(
            router -> {
              new ProblemRoute(new ObjectMapper(), new MemorySize(BigInteger.TEN)).register(router);
              router.route("/ok").handler(context -> context.end("fine"));
              router
                  .route("/fails/:status")
                  .handler(context -> context.fail(Integer.parseInt(context.pathParam("status"))));
            });
  }

  @AfterEach
  void close() {
    served.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/fails/401, 401, /fails/401 needs credentials",
    "/fails/403, 403, not allowed: /fails/403",
    "/fails/404, 404, nothing is at /fails/404",
    "/fails/400, 400, the request could not be read",
    "/fails/413, 413, the body is longer than 10 bytes: quarkus.http.limits.max-body-size"
  })
  void whatFailsIsAProblem(String path, int status, String detail) throws Exception {
    HttpResponse<String> answer = post(path, "");
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    JsonNode problem = new ObjectMapper().readTree(answer.body());
    assertThat(problem.path("detail").asText()).isEqualTo(detail);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
  }

  @Test
  void whatTheMonitorItselfFailsAtIsNotAnsweredHere() throws Exception {
    HttpResponse<String> answer = post("/fails/500", "");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("content-type").orElse("")).doesNotContain("problem");
  }

  @Test
  void aBodyIsRefusedByItsLength() throws Exception {
    assertThat(post("/ok", "0123456789").body()).isEqualTo("fine");
    HttpResponse<String> answer = post("/ok", "0123456789a");
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.headers().firstValue("connection")).contains("close");
    assertThat(post("/ok", "").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return served
        .client()
        .send(
            served
                .request(path)
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
