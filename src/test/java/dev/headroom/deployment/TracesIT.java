package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Traces of HTTP, at a collector that speaks OTLP over HTTP. The monitor has no broker.
class TracesIT {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Test
  void aRequestIsASpanOfItsCallersTrace() throws Exception {
    // Given
    Queue<byte[]> received = new ConcurrentLinkedQueue<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          received.add(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    int port = PrometheusServer.freePort();
    Process monitor =
        DemoProcess.launched(
            Map.of(
                "HEADROOM_KAFKA", "127.0.0.1:1",
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "QUARKUS_OTEL_SDK_DISABLED", "false",
                "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + collector.getAddress().getPort(),
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "200ms"),
            "monitor");
    DemoProcess.drain(monitor.inputReader(UTF_8));
    try {
      // When
      await().atMost(Duration.ofSeconds(90)).until(() -> status(port) == 200);

      // Then
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(received)
                      .anySatisfy(
                          spans -> {
                            String text = new String(spans, ISO_8859_1);
                            assertThat(text).contains("GET /api/v1/jobs", "headroom");
                            assertThat(text).contains(bytes(TRACE));
                          }));
    } finally {
      monitor.destroy();
      if (!monitor.waitFor(20, TimeUnit.SECONDS)) {
        monitor.destroyForcibly();
      }
      collector.stop(0);
    }
  }

  private static String bytes(String hexadecimal) {
    return new String(HexFormat.of().parseHex(hexadecimal), ISO_8859_1);
  }

  private static int status(int port) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/jobs"))
            .header("traceparent", "00-" + TRACE + "-b7ad6b7169203331-01")
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException _) {
      return 0;
    }
  }
}
