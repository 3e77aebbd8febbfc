package dev.headroom.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ApiTest {

  @Inject LedgerKeeper keeper;

  @BeforeEach
  void aJob() {
    Registration known = SnapshotBuilder.config("api-1", "resnet50").registration();
    fold(
        new ConfigRegistered(
            new Registration(known.config(), known.prediction(), known.content(), Instant.now())));
  }

  @Test
  void answersInSnakeCaseAndLeavesOutWhatIsUnknown() {
    // When
    ValidatableResponse jobs = given().get("/api/v1/jobs?search=api-1").then().statusCode(200);

    // Then
    jobs.body("jobs[0].job", equalTo("api-1"));
    jobs.body("jobs[0].predicted_peak.device_p95_bytes", equalTo(3000));
    assertThat(jobs.extract().asString()).doesNotContain("null").doesNotContain("time_to_capacity");
    given().get("/api/v1/jobs/api-1").then().statusCode(200).body("layers", equalTo(2));
    given().get("/api/v1/jobs/api-1/layers").then().body("layers.name", hasItem("conv1"));
    given().get("/api/v1/fleet").then().statusCode(200).body("total", equalTo(0));
  }

  @Test
  void everyErrorIsAProblem() {
    isProblem(given().get("/api/v1/jobs/nobody").then(), 404, "job unknown: nobody");
    isProblem(given().get("/api/v1/nothing").then(), 404, "nothing is at /api/v1/nothing");
    isProblem(given().get("/nothing").then(), 404, "nothing is at /nothing");
    isProblem(given().delete("/api/v1/jobs").then(), 405, "/api/v1/jobs does not answer this");
    isProblem(given().get("/api/v1/jobs?limit=0").then(), 400, "limit is not 1 to 1000: 0");
    isProblem(given().get("/api/v1/jobs?limit=x").then(), 400, "limit is no whole number: x");
    isProblem(given().get("/api/v1/jobs?state=odd").then(), 400, "state unknown: odd");
    isProblem(given().get("/api/v1/events?view=odd").then(), 400, "view unknown: odd");
    isProblem(given().get("/api/v1/ended?outcome=odd").then(), 400, "outcome unknown: odd");
    isProblem(given().get("/api/v1/ended?after=odd").then(), 400, "after is no time: odd");
    isProblem(given().get("/api/v1/jobs/nobody/config").then(), 404, "job unknown: nobody");
    isProblem(
        given().get("/api/v1/jobs?sort=odd").then(), 400, "sort unknown: odd (known: severity");
    isProblem(given().get("/api/v1/jobs?severity=odd").then(), 400, "severity unknown: odd");
    isProblem(given().get("/api/v1/jobs?after=gone").then(), 400, "after names a job that is gone");
  }

  @Test
  void eventsTellWhatChanges() throws Exception {
    // Given
    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<Stream<String>> events =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:" + io.restassured.RestAssured.port + "/api/v1/events"))
                  .header("Accept", "text/event-stream")
                  .build(),
              HttpResponse.BodyHandlers.ofLines());

      // When
      fold(
          new MemorySampled(
              SnapshotBuilder.sample("api-2", "GPU-1", 0).reserved(new MemorySize(1)).build()));

      // Then
      try (Stream<String> lines = events.body()) {
        assertThat(
                lines
                    .filter(line -> line.startsWith("data:") && line.contains("api-2"))
                    .findFirst()
                    .orElseThrow())
            .contains("\"reserved_bytes\":1");
      }
      client.shutdownNow();
    }
  }

  private void fold(JobEvent event) {
    var _ = keeper.fold(List.of(new Arrival.Received(event, 0)), Instant.now());
  }

  private static void isProblem(ValidatableResponse response, int status, String detail) {
    response
        .statusCode(status)
        .contentType("application/problem+json")
        .body("status", equalTo(status))
        .body("type", equalTo("about:blank"))
        .body("detail", startsWith(detail));
  }
}
