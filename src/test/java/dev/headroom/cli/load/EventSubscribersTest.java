package dev.headroom.cli.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A monitor that tells each page two events and goes on.
class EventSubscribersTest {

  /// Two events, and more than what a reader of compressed characters waits for.
  private static final String EVENTS =
      "event: state\ndata: {}\n\nevent: delta\ndata: event:\n\n: " + "x".repeat(100_000);

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer monitor;
  private int status = 200;

  @BeforeEach
  void serve() throws IOException {
    byte[] compressed = compressed();
    monitor = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    monitor.setExecutor(threads);
    monitor.createContext(
        "/api/v1/events",
        exchange -> {
          asked.add(
              exchange.getRequestURI().getQuery()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Accept")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Accept-Encoding"));
          exchange.sendResponseHeaders(status, 0);
          try (exchange) {
            exchange.getResponseBody().write(status == 200 ? compressed : new byte[] {'n', 'o'});
            exchange.getResponseBody().flush();
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    monitor.start();
  }

  @AfterEach
  void close() {
    end.countDown();
    monitor.stop(0);
    threads.shutdownNow();
  }

  @Test
  void eachPageCountsItsEventsAndWhatTheyTookOnTheWire() throws IOException {
    long before = System.nanoTime();
    try (var pages = new EventSubscribers(address(), 3)) {
      // When
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> asked.size() == 3 && pages.told().open() == 3);
      double[] events = new double[1];
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> {
                EventSubscribers.Told told = pages.told();
                double seconds = (System.nanoTime() - before) / 1e9;
                events[0] = told.eventsEach() * seconds;
                return events[0] >= 2;
              });

      // Then
      assertThat(events[0]).isBetween(2.0, 2.5);
      assertThat(asked)
          .containsOnly("view=jobs&offset=0&limit=100 text/event-stream gzip")
          .hasSize(3);

      // When the monitor ends
      end.countDown();

      // Then
      await().atMost(Duration.ofSeconds(30)).until(() -> pages.told().open() == 0);
      EventSubscribers.Told told = pages.told();
      assertThat(told.bytesEach() / told.eventsEach())
          .isCloseTo(compressed().length / 2.0, within(1e-9));
    }
  }

  @Test
  void aRefusedPageIsNotOpen() {
    status = 503;
    try (var pages = new EventSubscribers(address(), 1)) {
      await().atMost(Duration.ofSeconds(30)).until(() -> asked.size() == 1);
      end.countDown();
      assertThat(pages.told().open()).isZero();
      assertThat(pages.told().eventsEach()).isZero();
    }
  }

  @Test
  void closedNoPageIsOpen() {
    var pages = new EventSubscribers(address(), 1);
    await().atMost(Duration.ofSeconds(30)).until(() -> pages.told().open() == 1);
    pages.close();
    await().atMost(Duration.ofSeconds(30)).until(() -> pages.told().open() == 0);
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + monitor.getAddress().getPort() + "/");
  }

  private static byte[] compressed() throws IOException {
    var bytes = new ByteArrayOutputStream();
    var zipped = new GZIPOutputStream(bytes, true);
    zipped.write(EVENTS.getBytes(UTF_8));
    zipped.flush();
    return bytes.toByteArray();
  }
}
