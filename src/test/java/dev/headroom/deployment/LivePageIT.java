package dev.headroom.deployment;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.headroom.broker.KafkaBroker;
import dev.headroom.page.PageBrowser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The page in a real browser, against the real monitor, broker and simulator.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LivePageIT {

  private static final LocatorAssertions.ContainsTextOptions SOON =
      new LocatorAssertions.ContainsTextOptions().setTimeout(60_000);

  private static final List<String> VIEWS =
      List.of(
          "#/jobs",
          "#/jobs?search=nothing-like-this",
          "#/jobs/live-resnet50-drifting",
          "#/jobs/nobody",
          "#/fleet",
          "#/what-if",
          "#/what-if?job=live-resnet50-drifting&gpu=T4",
          "#/ended",
          "#/accuracy");

  private KafkaBroker broker;
  private int port;
  private Process monitor;
  private Process simulator;
  private PageBrowser browser;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    broker = KafkaBroker.in(Path.of("target", "broker", "lib"), folder, 0);
    broker.start();
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    monitor = monitor();
    simulator =
        DemoProcess.launched(
            "simulate", "--jobs", "14", "--prefix", "live-", "--kafka", broker.address());
    DemoProcess.drain(simulator.inputReader(UTF_8));
    browser = PageBrowser.open(URI.create("http://127.0.0.1:" + port));
    await().atMost(Duration.ofSeconds(90)).until(this::answers);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
    for (Process process : new Process[] {simulator, monitor}) {
      if (process != null) {
        process.destroy();
      }
    }
    broker.close();
  }

  @Test
  @Order(1)
  void thePageIsPaintedWithinASecond() {
    Page page = browser.page("#/jobs");
    double paint =
        ((Number)
                page.evaluate(
                    "() => new Promise(done => new PerformanceObserver(list =>"
                        + " done(list.getEntries()[0].startTime))"
                        + ".observe({type: 'paint', buffered: true}))"))
            .doubleValue();
    System.out.printf("first paint after %.0f ms%n", paint);
    assertThat(paint).isLessThan(1000);
    assertThat(page.locator("#status")).containsText("live", SOON);
    assertThat(page.locator(".rows")).containsText("live-resnet50-drifting", SOON);
    browser.requireNoFailure();
    page.context().close();
  }

  @Test
  @Order(2)
  void aNewJobAndItsNextValueAppearWithoutAReload() {
    Page page = browser.page("#/jobs?search=fresh");
    assertThat(page.locator(".empty h2")).containsText("No job matches", SOON);

    publish("fresh-job", 3L << 30);
    assertThat(page.locator(".rows")).containsText("fresh-job");

    for (long gibibytes : new long[] {5, 7}) {
      publish("fresh-job", gibibytes << 30);
      assertThat(page.locator(".rows .memory .figure"))
          .containsText(
              gibibytes + ".00 GiB now",
              new LocatorAssertions.ContainsTextOptions().setTimeout(2000));
    }
    browser.requireNoFailure();
    page.context().close();
  }

  @Test
  @Order(3)
  void theFocusStaysForHalfAMinuteAndTabReachesTheTenthJob() {
    Page page = browser.page("#/jobs");
    assertThat(page.locator(".rows .row").nth(9)).isVisible();
    Locator first = page.locator(".rows a").first();
    first.focus();
    String job = first.textContent();
    page.waitForTimeout(30_000);
    assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo(job);

    page.locator(".rows a").first().focus();
    Set<Object> reached = new LinkedHashSet<>();
    for (int i = 0; i < 10; i++) {
      reached.add(page.evaluate("document.activeElement.textContent"));
      page.keyboard().press("Tab");
      page.waitForTimeout(300);
    }
    assertThat(reached).hasSizeGreaterThanOrEqualTo(9);
    browser.requireNoFailure();
    page.context().close();
  }

  @Test
  @Order(4)
  void whereTooManyFollowThePageSaysSoAndComesBack() {
    var pages = new ArrayList<Page>();
    for (int i = 0; i < 4; i++) {
      pages.add(browser.page("#/jobs"));
      assertThat(pages.getLast().locator("#status")).containsText("live", SOON);
    }
    Page refused = browser.page("#/jobs");
    assertThat(refused.locator("#status"))
        .containsText("4 pages are open, and no more can be served live");
    pages.removeFirst().context().close();
    assertThat(refused.locator("#status"))
        .hasText("live", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    refused.context().close();
    pages.forEach(page -> page.context().close());
    browser.forgetFailures();
  }

  @Test
  @Order(5)
  void noViewHasAFaultThatAxeFinds() {
    var faults = new ArrayList<String>();
    for (int width : new int[] {1280, 390}) {
      for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        for (String view : VIEWS) {
          Page page =
              browser.page(
                  new Browser.NewContextOptions()
                      .setViewportSize(width, 860)
                      .setColorScheme(scheme));
          browser.show(page, view);
          assertThat(page.locator("#status")).containsText("live", SOON);
          page.waitForTimeout(1500);
          for (Locator summary : page.locator("summary:visible").all()) {
            summary.click();
          }
          for (Rule rule : new AxeBuilder(page).analyze().getViolations()) {
            faults.add(
                "%s at %d %s: %s %s"
                    .formatted(
                        view, width, scheme, rule.getId(), rule.getNodes().getFirst().getHtml()));
          }
          Object over = page.evaluate("document.documentElement.scrollWidth - innerWidth");
          if (!Integer.valueOf(0).equals(over)) {
            faults.add("%s at %d is %s points too wide".formatted(view, width, over));
          }
          page.context().close();
        }
      }
    }
    assertThat(faults).isEmpty();
    browser.requireNoFailure();
  }

  @Test
  @Order(6)
  void whatThePageLinksToIsThere() {
    Page page = browser.page("#/jobs");
    Locator links = page.locator("#links a");
    assertThat(links).containsText(new String[] {"API", "runbooks", "documents"});
    for (String text : List.of("API", "runbooks", "documents")) {
      browser.show(page, "#/jobs");
      page.locator("#links a", new Page.LocatorOptions().setHasText(text)).click();
      assertThat(page.locator("h1, h2.title").first())
          .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(60_000));
    }
    browser.requireNoFailure();
    page.context().close();
  }

  @Test
  @Order(7)
  void aRestartOfTheBrokerIsSurvivedAndTold() throws Exception {
    Page page = browser.page("#/jobs?search=fresh");
    assertThat(page.locator("#status")).containsText("live", SOON);
    broker.kill();
    assertThat(page.locator("#unready")).containsText("broker", SOON);
    assertThat(page.locator("#status")).containsText("not ready");
    broker.start();
    assertThat(page.locator("#status"))
        .hasText("live", new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    publish("fresh-job", 9L << 30);
    assertThat(page.locator(".rows .memory .figure")).containsText("9.00 GiB now", SOON);
    page.context().close();
  }

  @Test
  @Order(8)
  void aRestartOfTheMonitorIsSurvivedAndEndedRunsComeBack() throws Exception {
    Page page = browser.page("#/jobs?search=fresh");
    assertThat(page.locator("#status")).containsText("live", SOON);
    publish("fresh-job", 1L << 30, "\"phase\":\"ended\",\"outcome\":\"out_of_memory\",");
    assertThat(page.locator(".rows")).containsText("out of memory", SOON);

    monitor.destroy();
    assertThat(page.locator("#status")).containsText("trying again", SOON);
    monitor.waitFor();
    monitor = monitor();
    assertThat(page.locator("#status"))
        .hasText(
            Pattern.compile("live|not ready"),
            new LocatorAssertions.HasTextOptions().setTimeout(60_000));
    page.locator("nav a", new Page.LocatorOptions().setHasText("Ended")).click();
    assertThat(page.locator("table.ended")).containsText("fresh-job", SOON);
    assertThat(page.locator("table.ended")).containsText("out of memory");
    page.context().close();
  }

  private Process monitor() throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "-jar",
            Path.of("target", "quarkus-app", "quarkus-run.jar").toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "HEADROOM_KAFKA", broker.address(),
                "QUARKUS_HTTP_PORT", Integer.toString(port),
                "HEADROOM_API_EVENT_CLIENTS", "4"));
    builder
        .redirectErrorStream(true)
        .redirectOutput(Path.of("target", "live-page-monitor.log").toFile());
    return builder.start();
  }

  private boolean answers() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void publish(String job, long bytes) {
    publish(job, bytes, "\"phase\":\"forward\",");
  }

  private void publish(String job, long bytes, String more) {
    String sample =
        """
        {"schema":"headroom/memory-sample/1","job":"%s","run":"1","rank":0,"gpu":"GPU-fresh",%s\
        "host":"fresh-0","time":"%s","source":"framework","process_used_bytes":%d}"""
            .formatted(job, more, Instant.now(), bytes);
    Map<String, Object> settings = Map.of("bootstrap.servers", broker.address());
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var _ =
          producer.send(
              new ProducerRecord<>(
                  "headroom.memory-samples", job.getBytes(UTF_8), sample.getBytes(UTF_8)));
      producer.flush();
    }
  }
}
