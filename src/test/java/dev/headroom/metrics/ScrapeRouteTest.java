package dev.headroom.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headroom.api.ServedRoutes;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.plan.GpuCatalogueReader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `GET /metrics` over HTTP, of an empty ledger. One scrape at a time.
class ScrapeRouteTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  private record Settings(
      long maxSeries, boolean perGpu, int concurrentScrapes, int secondsToRead, String revision)
      implements MetricsSettings {}

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CountDownLatch waits = new CountDownLatch(1);
  private final ServedRoutes served;

  ScrapeRouteTest() throws Exception {
    var settings = new Settings(1000, false, 1, 1, "abc");
    Snapshot snapshot = new SnapshotBuilder().snapshot();
    var scrape =
        new Scrape(
            new LedgerKeeper(snapshot),
            new IngestStatus(),
            new FleetExposition(GPUS, new Calibrations(GPUS, new Predictions())),
            meters,
            settings,
            "1.2");
    var route = new ScrapeRoute(scrape, settings);
    served =
        new ServedRoutes(
            router -> {
              router.route("/metrics").blockingHandler(this::waitWhereAsked, false);
              route.register(router);
            });
  }

  /// Keeps a request from its turn until its client has gone.
  private void waitWhereAsked(RoutingContext context) {
    if (context.request().headers().contains("wait")) {
      waits.countDown();
      await().until(() -> context.response().closed());
    }
    context.next();
  }

  @AfterEach
  void close() {
    served.close();
  }

  @Test
  void answersTextOrWhatIsAccepted() throws Exception {
    HttpResponse<byte[]> text = get("/metrics");
    assertThat(text.statusCode()).isEqualTo(200);
    assertThat(header(text, "content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(header(text, "vary")).isEqualTo("Accept, Accept-Encoding");
    assertThat(header(text, "content-length")).isEqualTo(Integer.toString(text.body().length));
    assertThat(header(text, "content-encoding")).isEmpty();
    assertThat(text(text.body())).contains("headroom_build_info{version=\"1.2\"");
    HttpResponse<byte[]> open = get("/metrics", "accept", "application/openmetrics-text");
    assertThat(header(open, "content-type")).startsWith("application/openmetrics-text");
    assertThat(text(open.body())).endsWith("# EOF\n");
  }

  @Test
  void compressesForWhoeverTakesThat() throws Exception {
    HttpResponse<byte[]> answer = get("/metrics", "accept-encoding", "deflate, GZIP");
    assertThat(header(answer, "content-encoding")).isEqualTo("gzip");
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(text(unzipped.readAllBytes())).contains("headroom_build_info");
    }
  }

  @Test
  void answersOnlyTheNamesThatAreAskedFor() throws Exception {
    String text = text(get("/metrics?name[]=headroom_jobs&name[]=headroom_ready").body());
    assertThat(text.lines().filter(line -> line.startsWith("# TYPE ")))
        .containsExactly("# TYPE headroom_jobs gauge", "# TYPE headroom_ready gauge");
  }

  @Test
  void oneScrapeTooManyIsRefusedAndTheTurnIsGivenBack() throws Exception {
    // Given a scrape that hangs
    var hangs = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    Gauge.builder(
            "slow",
            () -> {
              asked.countDown();
              hold(hangs);
              return 1;
            })
        .register(meters);
    CompletableFuture<HttpResponse<byte[]>> first =
        served.client().sendAsync(request("/metrics"), HttpResponse.BodyHandlers.ofByteArray());
    asked.await();

    // When
    HttpResponse<byte[]> second = get("/metrics");

    // Then
    assertThat(second.statusCode()).isEqualTo(503);
    assertThat(header(second, "retry-after")).isEqualTo("1");
    assertThat(header(second, "content-type")).isEqualTo("application/problem+json");
    assertThat(text(second.body())).contains("headroom.metrics.concurrent-scrapes");

    // When it goes on
    hangs.countDown();
    assertThat(first.get().statusCode()).isEqualTo(200);

    // Then
    for (int i = 0; i < 3; i++) {
      await().atMost(Duration.ofSeconds(5)).until(() -> get("/metrics").statusCode() == 200);
    }
  }

  @Test
  void aScrapeThatTakesTooLongIsCutOff() {
    var hangs = new CountDownLatch(1);
    Gauge.builder(
            "slow",
            () -> {
              hold(hangs);
              return 1;
            })
        .register(meters);
    long start = System.nanoTime();
    assertThatThrownBy(() -> get("/metrics")).isInstanceOf(IOException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
    hangs.countDown();
    await().atMost(Duration.ofSeconds(5)).until(() -> get("/metrics").statusCode() == 200);
  }

  @Test
  void aClientThatHasGoneBeforeItsTurnTakesNone() throws Exception {
    // Given
    try (var client = new Socket()) {
      URI address = request("/metrics").uri();
      client.connect(new InetSocketAddress(address.getHost(), address.getPort()));
      client
          .getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHost: x\r\nwait: 1\r\n\r\n".getBytes(UTF_8));

      // When
      waits.await();
    }

    // Then
    for (int i = 0; i < 3; i++) {
      assertThat(get("/metrics").statusCode()).isEqualTo(200);
    }
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(request(path), (_, _) -> true);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return served.client().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpRequest request(String path) {
    String encoded = path.replace("[", "%5B").replace("]", "%5D");
    return served.request(encoded).version(HttpClient.Version.HTTP_1_1).build();
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
