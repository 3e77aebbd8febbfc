package dev.headroom.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.headroom.api.problem.Problem;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.live.LedgerContents;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class PredictResourceTest {

  private static final String DEVICE = "peak.device_p50_bytes";
  private static final String PATH = "/api/v1/predict";

  @Inject Predictions predictions;
  @Inject LedgerKeeper keeper;

  @BeforeEach
  void predictAsTheMonitorDoes() {
    predictions.use(new Predictions()::on);
  }

  @Test
  void whatIfIsAskedByParameters() throws IOException {
    // When
    var answer =
        what(
            "batch=8&precision=autocast-bfloat16&optimizer=adamw,fused&checkpoint=layer1.0,layer1.1");

    // Then: PyTorch's own figure for AdamW's state, 8 bytes a parameter and 4 a tensor
    answer
        .statusCode(200)
        .body("setup.batch_size", equalTo(8))
        .body("setup.compute", equalTo("bfloat16"))
        .body("setup.optimizer", equalTo("adamw"))
        .body("optimizer_state_bytes", equalTo(2 * 102_228_128 + 4 * 161))
        .body("confidence", equalTo("modelled"))
        .body("reasons", hasItem("no reference shows a step of adamw fused"));
    what("mode=inference")
        .body("setup.mode", equalTo("inference"))
        .body("saved_bytes", equalTo(0))
        .body("after_forward_bytes", nullValue());
    what("checkpoint=layer1.0&checkpoint=layer1.1").statusCode(200);
  }

  @Test
  void whetherAJobFitsAndHowManySamplesDo() throws IOException {
    // When
    var fits = what("gpu=NVIDIA%20A100-SXM4-40GB");
    var largest = what("gpu=A100-40GB&largest_batch=true");

    // Then
    fits.body("gpu", equalTo("A100-40GB"))
        .body("gpu_total_bytes", equalTo(40_960L << 20))
        .body("gpu_usable_bytes", equalTo(40_448L << 20))
        .body("fits", equalTo(true))
        .body("largest_batch", nullValue());
    what("gpu=2GiB").body("fits", equalTo(false));
    int batch = largest.statusCode(200).extract().path("largest_batch");
    largest.body("setup.batch_size", equalTo(batch)).body("fits", equalTo(true));
    // One sample is less than what the driver keeps, so the total would hold more of them.
    assertThat(largest.extract().jsonPath().getLong("peak.device_p95_bytes"))
        .isBetween(40_300L << 20, 40_448L << 20);
    what("gpu=A100-40GB&batch=" + (batch + 1)).body("fits", equalTo(false));
    what("gpu=300MiB&largest_batch=true")
        .body("largest_batch", equalTo(0))
        .body("setup.batch_size", equalTo(1))
        .body("fits", equalTo(false));
  }

  @Test
  void withoutAGpuTheOneCountsThatTheJobRunsOn() throws IOException {
    // Given
    long any = what("mode=training").extract().jsonPath().getLong(DEVICE);
    long a100 = what("gpu=A100-40GB").extract().jsonPath().getLong(DEVICE);
    assertThat(a100).isNotEqualTo(any);
    String job = LayerConfigDecoder.read(resnet()).job();
    LedgerContents.know(
        keeper,
        SnapshotBuilder.gpu("GPU-1", 2, 3000),
        new MemorySampled(
            SnapshotBuilder.sample(job, "GPU-1", 2).allocated(new MemorySize(1)).build()));

    // When
    long own = what("mode=training").extract().jsonPath().getLong(DEVICE);
    LedgerContents.forget(keeper);

    // Then
    assertThat(own).isEqualTo(a100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batch=0                     | batch_size < 1: 0
          batch=many                  | batch is no whole number: many
          precision=int8              | precision.parameters is no floating format: int8
          optimizer=adamm             | optimizer unknown: adamm
          mode=evaluation             | mode unknown: evaluation
          checkpoint=layer9           | checkpoint names no module: layer9
          gpu=Voodoo2                 | gpu is neither known nor a size such as 24GiB: Voodoo2
          largest_batch=true          | largest_batch needs gpu
          largest_batch=yes&gpu=T4    | largest_batch is not true or false: yes
          batchsize=8                 | parameter unknown: batchsize
          """)
  void whatIsNoWhatIfIsRefusedWithTheReason(String query, String why) throws IOException {
    what(query)
        .statusCode(400)
        .contentType(Problem.MEDIA_TYPE)
        .body("status", equalTo(400))
        .body("detail", startsWith(why));
  }

  @Test
  void theDocumentOfTheApiSaysWhatMayBeAsked() {
    given()
        .accept("application/json")
        .get("/q/openapi")
        .then()
        .statusCode(200)
        .body(
            "paths.'/api/v1/predict'.post.parameters.name",
            containsInAnyOrder(
                "batch",
                "precision",
                "optimizer",
                "mode",
                "checkpoint",
                "input",
                "gpu",
                "largest_batch"))
        .body("paths.'/api/v1/predict'.post.responses", hasKey("429"));
  }

  @Test
  void aConfigIsAnsweredWithItsBudgetLayerByLayer() throws IOException {
    // Given
    Prediction known = SnapshotBuilder.config("a", "m").registration().prediction();
    predictions.use(_ -> _ -> known);

    // Then
    post(resnet())
        .then()
        .statusCode(200)
        .body("model", equalTo("resnet50"))
        .body("confidence", equalTo("exact"))
        .body("categories.optimizer_state", equalTo(500))
        .body("peak.device_p50_bytes", equalTo(2800))
        .body("layers.name", hasItem("conv1"));
  }

  @Test
  void whatCannotBePredictedIsAnsweredWithItsReason() throws IOException {
    // Given
    predictions.use(_ -> _ -> new Unsupported(List.of("layer fc: no rule")));

    // Then
    post(resnet())
        .then()
        .statusCode(200)
        .body("confidence", equalTo("unsupported"))
        .body("reasons", hasItem("layer fc: no rule"));
  }

  @Test
  void whatIsNoLayerConfigIsRefusedWithTheReason() {
    post("{".getBytes(StandardCharsets.UTF_8))
        .then()
        .statusCode(400)
        .contentType(Problem.MEDIA_TYPE);
    given()
        .contentType("text/plain")
        .body("x")
        .post(PATH)
        .then()
        .statusCode(415)
        .contentType(Problem.MEDIA_TYPE)
        .body("detail", startsWith(PATH + " takes application/json"));
  }

  @Test
  void aBodyThatIsTooLongIsRefusedBeforeItIsSent() throws IOException {
    // Given
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port)) {
      socket.setSoTimeout(20_000);
      String head =
          "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
              .formatted(PATH, 8 * 1024 * 1024 + 1);

      // When
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));

      // Then
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 413")
          .contains(Problem.MEDIA_TYPE)
          .contains("X-Content-Type-Options: nosniff")
          .contains("quarkus.http.limits.max-body-size");
    }
  }

  @Test
  void fourArePredictedAtATimeAndTheNextGetsARetryAfter() throws Exception {
    // Given
    var working = new Semaphore(0);
    var mayEnd = new CountDownLatch(1);
    predictions.use(_ -> config -> slowly(config, working, mayEnd));
    byte[] body = resnet();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Response>> first =
          IntStream.range(0, 4).mapToObj(_ -> clients.submit(() -> post(body))).toList();
      assertThat(working.tryAcquire(4, 20, TimeUnit.SECONDS)).isTrue();

      // When
      Response fifth = post(body);
      mayEnd.countDown();

      // Then
      fifth.then().statusCode(429).header("Retry-After", "1").contentType(Problem.MEDIA_TYPE);
      for (Future<Response> each : first) {
        assertThat(each.get().statusCode()).isEqualTo(200);
      }
    }
  }

  private static Prediction slowly(LayerConfig config, Semaphore working, CountDownLatch mayEnd) {
    working.release();
    try {
      assertThat(mayEnd.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Unsupported(List.of(config.model()));
  }

  private static ValidatableResponse what(String query) throws IOException {
    return given()
        .urlEncodingEnabled(false)
        .contentType("application/json")
        .body(resnet())
        .post(PATH + "?" + query)
        .then();
  }

  private static Response post(byte[] body) {
    return given().contentType("application/json").body(body).post(PATH);
  }

  private static byte[] resnet() throws IOException {
    try (InputStream in =
        PredictResourceTest.class.getResourceAsStream(
            "/golden/networks/resnet50.layer-config.json")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}
