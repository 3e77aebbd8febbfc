package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.agent.publish.MessageOutbox;
import dev.headroom.agent.publish.MessagePublisher;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Over HTTP, on a port of its own.
class AgentServerTest {

  private final AgentState state = new AgentState();
  private final MessagePublisher publisher =
      new MessagePublisher(new MessageOutbox(1), Map.of("bootstrap.servers", "127.0.0.1:1"));
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private AgentServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new AgentServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            registry,
            new AgentReadiness(state, publisher));
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
    publisher.close();
  }

  @Test
  void metricsAreTextOfWhatIsRegistered() throws Exception {
    GaugeWithCallback.builder()
        .name("it")
        .help("It.")
        .callback(it -> it.call(7))
        .register(registry);
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
    assertThat(answer.body()).isEqualTo("# HELP it It.\n# TYPE it gauge\nit 7.0\n");
  }

  @Test
  void itIsAliveBeforeItIsReadyAndSaysWhyItIsNot() throws Exception {
    assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/q/health/live").body()).isEqualTo("alive\n");
    assertThat(get("/q/health/ready").statusCode()).isEqualTo(503);
    assertThat(get("/q/health/ready").body()).isEqualTo("not ready: no device was read yet\n");
    state.read(1, new NodeSampler.Result(List.of(), Map.of(), 0, Set.of()), 1);
    assertThat(get("/q/health/ready").body()).isEqualTo("not ready: no record was sent yet\n");
  }

  @Test
  void nobodyAnswersOnceItIsClosed() {
    server.close();
    assertThatThrownBy(() -> get("/metrics")).isInstanceOf(ConnectException.class);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
