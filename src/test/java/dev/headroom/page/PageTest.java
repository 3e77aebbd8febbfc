package dev.headroom.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.status.IngestStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The page in a real browser, against a monitor without a broker.
@QuarkusTest
class PageTest {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>";

  @Inject LedgerKeeper keeper;
  @Inject IngestStatus status;

  private PageBrowser browser;

  @BeforeEach
  void open() {
    browser = PageBrowser.open(URI.create("http://127.0.0.1:" + RestAssured.port));
  }

  @AfterEach
  void close() {
    status.clearProblem("test");
    browser.close();
  }

  @Test
  void aJobAppearsWithItsDriftAndNoNameIsEverRunAsCode() {
    // Given
    Page page = browser.page("#/jobs?search=page-1");
    assertThat(page.locator("#status")).hasText("live");

    // When
    fold(config("page-1"));
    measure("page-1", 2400);

    // Then
    Locator row = page.locator(".rows .row");
    assertThat(row).containsText("page-1");
    assertThat(row).containsText("+20.0 %");
    assertThat(row).containsText("slightly over budget");
    assertThat(row).containsText(HOSTILE);
    row.locator("a").click();
    assertThat(page.locator("#title")).hasText("page-1");
    assertThat(page).hasTitle("page-1 · Headroom");
    assertThat(page.locator(".facts")).containsText(HOSTILE);
    assertThat(page.locator(".why")).containsText("(+20.0 %) more allocated than its config says");
    browser.requireNoFailure();
    assertThat(page.locator(".chart svg").first()).containsText(Pattern.compile("allocated"));
    assertThat(page.locator(".chart svg").nth(1)).containsText(Pattern.compile("conv1"));
    browser.requireNoFailure();
  }

  @Test
  void whatIsMeasuredAddsUpToTheTotal() {
    // Given 500 of 2400 bytes are split by category, 3000 reserved, 5000 in the process
    fold(config("page-sum"));
    fold(
        new MemorySampled(
            sample("page-sum")
                .allocated(new MemorySize(2400))
                .reserved(new MemorySize(3000))
                .processUsed(new MemorySize(5000))
                .categories(
                    Map.of(
                        Category.PARAMETERS, new MemorySize(100),
                        Category.GRADIENTS, new MemorySize(400)))
                .build()));

    // When
    Page page = browser.page("#/jobs/page-sum");

    // Then 2000 are allocated as the budget says, 400 above it
    Locator now = page.locator(".splitbar .parts").nth(2);
    assertThat(now)
        .hasAttribute(
            "aria-label",
            "Measured now, fullest rank: parameters 100 B, gradients 400 B, not split 1.46 KiB,"
                + " above the budget 400 B, reserved, not in use 600 B, beyond the allocator"
                + " 1.95 KiB");
    page.getByText("By category, in figures").click();
    assertThat(page.locator(".split table tbody tr").nth(3)).containsText("400 B");
    browser.requireNoFailure();
  }

  @Test
  void aSearchWithoutAMatchSaysSoAndKeepsTheFleetsTotal() {
    fold(config("page-here"));
    Page page = browser.page("#/jobs?search=zzz");
    assertThat(page.locator(".empty h2")).hasText("No job matches");
    assertThat(page.locator("#jobs-total")).not().hasText("0 jobs");
    page.getByText("Show every job").click();
    assertThat(page.locator(".rows .row").first()).isVisible();
    assertThat(page).hasURL(Pattern.compile("#/jobs$"));
    browser.requireNoFailure();
  }

  @Test
  void whyTheMonitorIsNotReadyStandsOnThePage() {
    // Given
    Page page = browser.page("#/jobs");
    assertThat(page.locator("#status")).hasText("live");

    // When
    status.recordProblem("test", "the broker cannot be reached");

    // Then
    assertThat(page.locator("#unready")).containsText("the broker cannot be reached");
    assertThat(page.locator("#status")).hasText("not ready");
    status.clearProblem("test");
    assertThat(page.locator("#unready")).isHidden();
    browser.requireNoFailure();
  }

  @Test
  void anUnknownJobIsExplainedAndOneWithoutABudgetSaysWhy() {
    Page page = browser.page("#/jobs/nobody");
    assertThat(page.locator(".empty h2")).hasText("No job is called nobody");

    fold(new MemorySampled(sample("page-plain").processUsed(new MemorySize(9)).build()));
    browser.show(page, "#/jobs/page-plain");
    assertThat(page.locator(".why")).containsText("No layer config of this job came");
  }

  @Test
  void aWhatIfIsDrawnAtOnceBesideWhatIsDeclared() {
    // Given
    Page page = browser.page("#/what-if");
    page.locator("#pasted").fill(TINY);
    assertThat(page.locator(".verdict")).containsText("As declared");

    // When
    page.locator("#batch").fill("1000000");

    // Then
    assertThat(page.locator(".verdict")).containsText("against what is declared");
    assertThat(page.locator("#command"))
        .hasText("./headroom predict tiny.layer-config.json --batch 1000000");
    page.locator("#gpu").selectOption("T4");
    assertThat(page.locator("#largest")).containsText("the largest batch that fits on T4 is");
    browser.requireNoFailure();
  }

  private static final String TINY =
      """
      {"schema": "headroom/layer-config/1", "job": "tiny", "run": "1", "model": "tiny",
       "mode": "training", "batch_size": 8, "optimizer": {"type": "sgd"},
       "inputs": [{"name": "x", "shape": [64]}],
       "layers": [{"name": "fc", "type": "linear", "inputs": ["x"], "in_features": 64,
                   "out_features": 10}],
       "outputs": ["fc"], "loss": {"type": "cross_entropy", "inputs": ["fc"]}}
      """;

  private static JobEvent config(String job) {
    Registration known = SnapshotBuilder.config(job, HOSTILE).registration();
    return new ConfigRegistered(
        new Registration(known.config(), known.prediction(), known.content(), Instant.now()));
  }

  private void measure(String job, long allocated) {
    fold(new MemorySampled(sample(job).allocated(new MemorySize(allocated)).build()));
  }

  private static MemorySample.Builder sample(String job) {
    return MemorySample.builder(job, "GPU-1", Instant.now()).run("1").rank(0).host("gpu-07");
  }

  private void fold(JobEvent event) {
    var _ = keeper.fold(List.of(new Arrival.Received(event, 0)), Instant.now());
  }
}
