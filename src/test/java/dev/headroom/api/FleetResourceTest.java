package dev.headroom.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.headroom.api.problem.Problem;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.live.LedgerContents;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where is room: a node with a busy A100 and a slice of another, and a node with a T4.
@QuarkusTest
class FleetResourceTest {

  private static final long MIB = 1L << 20;

  @Inject Predictions predictions;
  @Inject LedgerKeeper keeper;

  @BeforeEach
  void aFleet() {
    predictions.use(new Predictions()::on);
    LedgerContents.forget(keeper);
    LedgerContents.know(
        keeper,
        gpu("GPU-1", "a", "NVIDIA A100-SXM4-40GB", null, 40_960, 30_720),
        gpu("GPU-2", "a", "NVIDIA A100-SXM4-40GB", "1g.5gb", 4864, 0),
        gpu("GPU-3", "b", "Tesla T4", null, 15_360, 3),
        SnapshotBuilder.config("one", "resnet50"),
        new MemorySampled(
            SnapshotBuilder.sample("one", "GPU-1", 2)
                .processUsed(new MemorySize(20_480 * MIB))
                .build()));
  }

  @AfterEach
  void putTheLedgerBack() {
    LedgerContents.forget(keeper);
  }

  @Test
  void eachGpuSaysWhatIsFreeNowAndOnceItsJobsHavePeaked() {
    given()
        .get("/api/v1/fleet")
        .then()
        .statusCode(200)
        .body("total", equalTo(3))
        .body("gpus.gpu", contains("GPU-1", "GPU-2", "GPU-3"))
        .body("gpus[0].total_bytes", equalTo(40_960 * MIB))
        .body("gpus[0].usable_bytes", equalTo(40_448 * MIB))
        .body("gpus[0].used_bytes", equalTo(30_720 * MIB))
        .body("gpus[0].unattributed_bytes", equalTo(10_240 * MIB))
        .body("gpus[0].predicted_peak_bytes", equalTo(2800))
        .body("gpus[0].expected_bytes", equalTo(20_480 * MIB))
        .body("gpus[0].headroom_bytes", equalTo(10_240 * MIB))
        .body("gpus[0].free_now_bytes", equalTo((40_448 - 30_720) * MIB))
        .body("gpus[0].free_at_peak_bytes", equalTo((40_448 - 30_720) * MIB))
        .body("gpus[0].idle", equalTo(false))
        .body("gpus[0].jobs[0].job", equalTo("one"))
        .body("gpus[1].mig_profile", equalTo("1g.5gb"))
        .body("gpus[1].usable_bytes", equalTo(4864 * MIB))
        .body("gpus[2].free_at_peak_bytes", equalTo(14_909 * MIB))
        .body("gpus[2].idle", equalTo(true))
        .body("gpus[2].needs_p95_bytes", nullValue());
  }

  /// nvtop#432: the driver does not say what each of two processes holds.
  @Test
  void whatNobodyCanTellApartIsARange() {
    // Given
    LedgerContents.know(
        keeper,
        SnapshotBuilder.config("two", "resnet50"),
        new DeviceSampled(
            new DeviceSample(
                "GPU-3",
                "b",
                SnapshotBuilder.START.plusSeconds(2),
                new MemorySize(15_360 * MIB),
                new MemorySize(2048 * MIB),
                0,
                "Tesla T4",
                "570.1",
                null,
                null,
                null,
                List.of(
                    new GpuProcess(79, null, "two", null), new GpuProcess(80, null, null, null)))));

    // Then
    given()
        .get("/api/v1/fleet")
        .then()
        .statusCode(200)
        .body("gpus[0].headroom_at_most_bytes", nullValue())
        .body("gpus[2].headroom_bytes", equalTo(13_312 * MIB - 2800))
        .body("gpus[2].headroom_at_most_bytes", equalTo(13_312 * MIB));
    assertThat(given().get("/metrics").asString())
        .contains("headroom_gpu_memory_headroom_at_most_bytes{gpu_uuid=\"GPU-3\"} ")
        .doesNotContain("headroom_gpu_memory_headroom_at_most_bytes{gpu_uuid=\"GPU-1\"}");
  }

  @Test
  void nodesAndModelsAddUp() {
    given()
        .get("/api/v1/fleet")
        .then()
        .body("nodes.host", contains("a", "b"))
        .body("nodes[0].gpus", equalTo(2))
        .body("nodes[0].idle", equalTo(1))
        .body("nodes[0].usable_bytes", equalTo((40_448 + 4864) * MIB))
        .body("nodes[0].free_at_peak_bytes", equalTo((9728 + 4864) * MIB))
        .body("models.model", contains("NVIDIA A100-SXM4-40GB", "Tesla T4"))
        .body("models[1].free_now_bytes", equalTo(14_906 * MIB));
    // Of the nodes on a page all GPUs count, also those of other pages.
    given()
        .get("/api/v1/fleet?limit=1")
        .then()
        .body("gpus", hasSize(1))
        .body("nodes.host", contains("a"))
        .body("nodes[0].gpus", equalTo(2))
        .body("next", equalTo("GPU-1"))
        .header("Link", endsWith("/api/v1/fleet?limit=1&after=GPU-1>; rel=\"next\""));
    given()
        .get("/api/v1/fleet?after=GPU-2&host=b&model=t4")
        .then()
        .body("gpus.gpu", contains("GPU-3"))
        .body("next", nullValue());
  }

  @ParameterizedTest
  @CsvSource({
    "5GiB, GPU-1 GPU-3",
    "9728MiB, GPU-1 GPU-3",
    "10200547328, GPU-1 GPU-3",
    "10200547329, GPU-3",
    "20GiB, ''",
    "0, GPU-1 GPU-2 GPU-3",
  })
  void onlyGpusThatASizeFitsAreShown(String size, String gpus) {
    given()
        .get("/api/v1/fleet?fits=" + size)
        .then()
        .statusCode(200)
        .body("gpus.gpu", equalTo(gpus.isEmpty() ? List.of() : List.of(gpus.split(" ", -1))));
  }

  @Test
  void onlyGpusThatAConfigFitsAreShown() throws IOException {
    // ResNet-50 and vgg16 on kinds of GPU that nobody has taught about.
    fits("resnet50", "")
        .statusCode(200)
        .body("gpus.gpu", contains("GPU-1", "GPU-3"))
        .body("gpus.needs_p95_bytes.size()", equalTo(2));
    fits("vgg16", "").body("gpus.gpu", contains("GPU-3")).body("total", equalTo(1));
    fits("vgg16", "?host=b").body("gpus.gpu", contains("GPU-3"));
  }

  @Test
  void whatIsWrongIsRefusedWithTheReason() {
    refused(given().get("/api/v1/fleet?fits=much").then(), "fits is no size such as 24GiB");
    refused(given().get("/api/v1/fleet?fits=-1").then(), "fits is no size");
    refused(given().get("/api/v1/fleet?fits=9999999999GiB").then(), "fits is no size");
    refused(given().get("/api/v1/fleet?limit=0").then(), "limit is not 1 to 5000: 0");
    refused(asked("{}", ""), "schema is missing");
    refused(
        asked(
            """
            {"schema": "headroom/layer-config/1", "job": "j", "batch_size": 1, "inputs": [],
             "unsupported": "its model is not ours to tell"}
            """,
            ""),
        "the job cannot be predicted: its model is not ours to tell");
  }

  private static ValidatableResponse fits(String network, String query) throws IOException {
    return asked(
        Files.readString(
            Path.of("src/test/resources/golden/networks", network + ".layer-config.json")),
        query);
  }

  private static ValidatableResponse asked(String body, String query) {
    return given()
        .contentType("application/json")
        .body(body)
        .post("/api/v1/fleet/fits" + query)
        .then();
  }

  private static void refused(ValidatableResponse answer, String why) {
    answer.statusCode(400).contentType(Problem.MEDIA_TYPE).body("detail", containsString(why));
  }

  private static DeviceSampled gpu(
      String uuid, String host, String model, @Nullable String mig, long total, long used) {
    return new DeviceSampled(
        new DeviceSample(
            uuid,
            host,
            SnapshotBuilder.START.plusSeconds(1),
            MemorySize.ofMebibytes(total),
            MemorySize.ofMebibytes(used),
            0,
            model,
            "570.1",
            mig,
            null,
            null,
            List.of()));
  }
}
