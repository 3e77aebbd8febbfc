package dev.headroom.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The agent's `/metrics`, `/q/health/live` and `/q/health/ready`, at the monitor's own paths.
final class AgentServer implements AutoCloseable {
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("headroom-agent-http").unstarted(task));
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  AgentServer(InetSocketAddress address, PrometheusRegistry registry, AgentReadiness readiness)
      throws IOException {
    server = listening(address);
    server.setExecutor(worker);
    server.createContext(
        "/metrics", exchange -> answer(exchange, 200, writer.getContentType(), text(registry)));
    server.createContext(
        "/q/health/live", exchange -> answer(exchange, 200, PLAIN, bytes("alive\n")));
    server.createContext(
        "/q/health/ready",
        exchange -> {
          List<String> reasons = readiness.reasons();
          answer(
              exchange,
              reasons.isEmpty() ? 200 : 503,
              PLAIN,
              bytes(
                  reasons.isEmpty()
                      ? "ready\n"
                      : "not ready: " + String.join("; ", reasons) + "\n"));
        });
  }

  private static HttpServer listening(InetSocketAddress address) throws IOException {
    try {
      return HttpServer.create(address, 16);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s:%d: %s; --listen chooses another address"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    worker.shutdownNow();
  }

  private byte[] text(PrometheusRegistry registry) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(8192);
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
