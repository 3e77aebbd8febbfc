package dev.headroom.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.nullValue;

import dev.headroom.api.problem.Problem;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.live.LedgerContents;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class PlanResourceTest {

  @Inject Predictions predictions;
  @Inject LedgerKeeper keeper;

  @BeforeEach
  void predictAsTheMonitorDoes() {
    predictions.use(new Predictions()::on);
    forgetAll();
  }

  @AfterEach
  void forgetAll() {
    LedgerContents.forget(keeper);
  }

  @Test
  void aJobIsAskedAboutOneGpu() throws IOException {
    plan("\"gpu\": \"5GiB\"", "")
        .statusCode(200)
        .body("jobs[0].verdict", equalTo("fits_at_p50"))
        .body("jobs[0].remedies[0].changes[0]", equalTo("autocast to bfloat16"))
        .body("fleet", nullValue());
    plan("\"gpu\": \"NVIDIA A100-SXM4-40GB\"", "")
        .statusCode(200)
        .body("jobs[0].gpu", equalTo("A100-40GB"))
        .body("jobs[0].verdict", equalTo("fits_at_p95"))
        .body("jobs[0].remedies.size()", equalTo(0));
  }

  @Test
  void jobsArePlacedOnAFleet() throws IOException {
    plan(
            "\"fleet\": {\"nodes\": [{\"name\": \"a\", \"gpus\": [{\"model\": \"T4\", \"count\":"
                + " 2}]}]}",
            ", \"replicas\": 3")
        .statusCode(200)
        .body("fleet.gpus_used", equalTo(2))
        .body("fleet.placed.size()", equalTo(2))
        .body("fleet.left_over[0].replicas", equalTo(1))
        .body("fleet.left_over[0].reason", containsString("are taken"));
  }

  @Test
  void jobsArePlacedOnTheLiveFleet() throws IOException {
    // Given: none, then a GPU of 10,000 bytes
    plan("\"live\": true", "").statusCode(400).body("detail", containsString("1 to 20000 GPUs"));
    LedgerContents.know(keeper, SnapshotBuilder.gpu("GPU-1", 1, 0));

    // Then
    plan("\"live\": true", "")
        .statusCode(200)
        .body("fleet.left_over[0].reason", containsString("the largest here is A100-40GB with"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "gpu": "Voodoo2"                  |                  | gpu is neither known nor a size
          "gpu": "T4", "live": true         |                  | one of gpu, fleet and live is needed
          "x": 1                            |                  | one of gpu, fleet and live is needed
          "gpu": "T4"                       | , "replicas": -1 | jobs[0].replicas is not 1 to
          "gpu": "T4"                       | , "ranks": 0     | jobs[0].ranks is not 1 to
          "gpu": "T4"                       | , "rank": 1      | jobs[0].rank is unknown
          "fleet": {"nodes": []}            |                  | a fleet has 1 to 20000 GPUs: 0
          "fleet": 5                        |                  | fleet is no object with fields: 5
          "live": "yes"                     |                  | live is not true
          """)
  void whatIsWrongIsRefusedWithTheReason(String where, String job, String why) throws IOException {
    plan(where, job == null ? "" : job)
        .statusCode(400)
        .contentType(Problem.MEDIA_TYPE)
        .body("detail", containsString(why));
  }

  @Test
  void rightsizingSaysWhatIsWastedAndWhoIsAtRisk() {
    // Given: a job of 2800 bytes and what libraries take, on a GPU of 10,000
    LedgerContents.know(
        keeper,
        SnapshotBuilder.gpu("GPU-1", 1, 3500),
        SnapshotBuilder.config("resnet50-7f3a", "resnet50"),
        new MemorySampled(
            SnapshotBuilder.sample("resnet50-7f3a", "GPU-1", 2)
                .allocated(new MemorySize(2000))
                .build()));

    // Then
    given()
        .get("/api/v1/rightsizing")
        .then()
        .statusCode(200)
        .body("models[0].capacity_bytes", equalTo(10_000))
        .body("models[0].measured_bytes", equalTo(3500))
        .body("models[0].overcommitted_gpus", equalTo(1))
        .body("at_risk[0].job", equalTo("resnet50-7f3a"))
        .body("smaller.size()", equalTo(0));
    String metrics = given().get("/metrics").then().statusCode(200).extract().asString();
    assertThat(metrics)
        .contains(
            "headroom_fleet_capacity_bytes{gpu_model=\"NVIDIA A100-SXM4-40GB\"} ",
            "headroom_fleet_gpus{gpu_model=\"NVIDIA A100-SXM4-40GB\",state=\"overcommitted\"} ");
  }

  @Test
  void theDocumentOfTheApiHasBoth() {
    given()
        .accept("application/json")
        .get("/q/openapi")
        .then()
        .body("paths", hasKey("/api/v1/plan"))
        .body("paths", hasKey("/api/v1/rightsizing"));
  }

  private static ValidatableResponse plan(String where, String more) throws IOException {
    String config =
        Files.readString(Path.of("src/test/resources/golden/networks/resnet50.layer-config.json"));
    return given()
        .contentType("application/json")
        .body("{\"jobs\": [{\"config\": %s%s}], %s}".formatted(config, more, where))
        .post("/api/v1/plan")
        .then();
  }
}
