package dev.headroom.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page in a real browser, against a monitor without a broker.
@QuarkusTest
class PageTest {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final String HOSTILE = "<img src=x onerror=document.title='owned'>";

  @Inject LedgerKeeper keeper;

  @Test
  void aJobAppearsWithItsDriftAndNoNameIsEverRunAsCode() {
    // Given
    assumeTrue(
        Files.exists(CHROMIUM) || "true".equals(System.getenv("CI")),
        "chromium is not installed (Debian: apt-get install chromium)");
    var failures = new ArrayList<String>();
    try (Playwright playwright = Playwright.create();
        Browser browser = playwright.chromium().launch(options())) {
      Page page = browser.newPage();
      page.onPageError(failures::add);
      page.onConsoleMessage(
          message -> {
            if (message.type().equals("error")) {
              failures.add(message.text());
            }
          });
      page.navigate("http://127.0.0.1:" + RestAssured.port + "/");
      assertThat(page.locator("#link")).hasText("live");

      // When
      fold(config("page-1"));
      fold(
          new MemorySampled(
              SnapshotBuilder.sample("page-1", "GPU-1", 1)
                  .allocated(new MemorySize(2400))
                  .build()));

      // Then
      assertThat(page.locator("#jobs a", new Page.LocatorOptions().setHasText("page-1")))
          .containsText("+20.0 %");
      page.locator("#jobs a", new Page.LocatorOptions().setHasText("page-1")).click();
      assertThat(page.locator("#name")).hasText("page-1");
      assertThat(page.locator("#facts")).containsText(HOSTILE);
      assertThat(page.locator("#sizes")).containsText("(+20.0 %)");
      assertThat(page.locator("#categories svg")).containsText(Pattern.compile("optimizer state"));
      assertThat(page.locator("#layers svg")).containsText(Pattern.compile("conv1"));
      assertThat(page).hasTitle("Headroom");
      page.screenshot(
          new Page.ScreenshotOptions().setPath(Path.of("target/page.png")).setFullPage(true));
      assertThat(failures).isEmpty();
    }
  }

  private static BrowserType.LaunchOptions options() {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(CHROMIUM)
        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking"));
  }

  private static JobEvent config(String job) {
    Registration known = SnapshotBuilder.config(job, HOSTILE).registration();
    return new ConfigRegistered(
        new Registration(known.config(), known.prediction(), known.content(), Instant.now()));
  }

  private void fold(JobEvent event) {
    var _ = keeper.fold(List.of(new Arrival.Received(event, 0)), Instant.now());
  }
}
