package dev.headroom.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.Cluster;
import dev.headroom.live.Predictions;
import dev.headroom.network.LayerConfig;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
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
import org.junit.jupiter.api.Test;

@QuarkusTest
class PredictTest {

  private static final String PATH = "/api/v1/predict";

  @Inject Predictions predictions;

  @Test
  void aConfigIsAnsweredWithItsBudgetLayerByLayer() throws IOException {
    // Given
    Prediction known = Cluster.config("a", "m").registration().prediction();
    predictions.use(_ -> known);

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
    predictions.use(_ -> new Unsupported(List.of("layer fc: no rule")));

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
  void fourAreWorkedOutAtATimeAndTheNextIsToldToComeBack() throws Exception {
    // Given
    var working = new Semaphore(0);
    var mayEnd = new CountDownLatch(1);
    predictions.use(config -> slowly(config, working, mayEnd));
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

  private static Response post(byte[] body) {
    return given().contentType("application/json").body(body).post(PATH);
  }

  private static byte[] resnet() throws IOException {
    try (InputStream in =
        PredictTest.class.getResourceAsStream("/golden/networks/resnet50.layer-config.json")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}
