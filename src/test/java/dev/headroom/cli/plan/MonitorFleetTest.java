package dev.headroom.cli.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A monitor of two pages.
class MonitorFleetTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final String FIRST =
      """
      {"next": "GPU 1&2", "gpus": [
        {"host": "b", "index": 1, "model": "Gaudi", "total_bytes": 1000000000000,
         "headroom_bytes": 600000000000, "unattributed_bytes": 7, "jobs": [{"job": "a"}]}]}
      """;
  private static final String SECOND =
      """
      {"gpus": [
        {"host": "a", "index": 0, "model": "NVIDIA A100-SXM4-40GB", "total_bytes": 42949672960,
         "headroom_bytes": 42949672960, "unattributed_bytes": 0, "jobs": []}]}
      """;

  private final List<String> asked = new ArrayList<>();
  private int status = 200;
  private HttpServer monitor;

  @BeforeEach
  void serve() throws IOException {
    monitor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    monitor.createContext(
        "/api/v1/fleet",
        exchange -> {
          asked.add(
              exchange.getRequestURI().getRawQuery()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] page =
              (exchange.getRequestURI().getQuery().contains("after") ? SECOND : FIRST)
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(status, page.length);
          try (exchange) {
            exchange.getResponseBody().write(page);
          }
        });
    monitor.start();
  }

  @AfterEach
  void close() {
    monitor.stop(0);
  }

  @Test
  void everyPageIsReadGpuByGpu() throws IOException {
    // When
    Fleet fleet = MonitorFleet.of(address() + "//", Optional.of("secret"), GPUS);

    // Then
    assertThat(asked)
        .containsExactly("limit=5000 Bearer secret", "limit=5000&after=GPU+1%262 Bearer secret");
    assertThat(fleet.nodes()).extracting(FleetNode::name).containsExactly("a", "b");
    FleetGpu idle = fleet.nodes().getFirst().gpus().getFirst();
    assertThat(idle.model().name()).isEqualTo("A100-40GB");
    assertThat(idle.idle()).isTrue();
    FleetGpu used = fleet.nodes().getLast().gpus().getFirst();
    assertThat(used.model().name()).isEqualTo("Gaudi");
    assertThat(used.model().total()).isEqualTo(new MemorySize(1_000_000_000_000L));
    assertThat(used.idle()).isFalse();
    assertThat(used.free().bytes()).isEqualTo(used.model().usable().bytes() - 400_000_000_000L);
  }

  @Test
  void withoutATokenNoneIsSentAndARefusalIsSaid() {
    status = 403;
    assertThatThrownBy(() -> MonitorFleet.of(address(), Optional.empty(), GPUS))
        .isInstanceOf(IOException.class)
        .hasMessage("the monitor answers 403");
    assertThat(asked).containsExactly("limit=5000 null");
  }

  private String address() {
    return "http://127.0.0.1:" + monitor.getAddress().getPort();
  }
}
