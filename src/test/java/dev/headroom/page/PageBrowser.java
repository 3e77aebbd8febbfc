package dev.headroom.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A real browser that notes every error of the page, and every request that leaves its host.
public final class PageBrowser implements AutoCloseable {

  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private final Playwright playwright = Playwright.create();
  private final Browser browser =
      playwright
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(CHROMIUM)
                  .setArgs(
                      List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
  private final URI monitor;
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  private PageBrowser(URI monitor) {
    this.monitor = monitor;
  }

  /// Skips the test where no Chromium is installed, but not in CI.
  public static PageBrowser open(URI monitor) {
    assumeTrue(
        Files.exists(CHROMIUM) || "true".equals(System.getenv("CI")),
        "chromium is not installed (Debian: apt-get install chromium)");
    return new PageBrowser(monitor);
  }

  /// A page of its own, with nothing in store.
  public Page page(Browser.NewContextOptions options) {
    Page page = browser.newContext(options).newPage();
    page.onPageError(failures::add);
    page.onDialog(
        dialog -> {
          failures.add("dialog: " + dialog.message());
          dialog.dismiss();
        });
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            failures.add(message.text());
          }
        });
    page.onRequest(
        request -> {
          URI to = URI.create(request.url());
          if (!"data".equals(to.getScheme())
              && !"blob".equals(to.getScheme())
              && !monitor.getAuthority().equals(to.getAuthority())) {
            failures.add("foreign request: " + to);
          }
        });
    return page;
  }

  /// A page of 1280 by 860 points that shows a view, such as `#/jobs`.
  public Page page(String view) {
    Page page = page(new Browser.NewContextOptions().setViewportSize(1280, 860));
    show(page, view);
    return page;
  }

  /// Goes to a view, such as `#/jobs`.
  public void show(Page page, String view) {
    page.navigate(monitor + "/" + view);
  }

  /// Fails if anything went wrong until now.
  public void requireNoFailure() {
    assertThat(failures).isEmpty();
  }

  /// What went wrong until now was to be expected.
  public void forgetFailures() {
    failures.clear();
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
