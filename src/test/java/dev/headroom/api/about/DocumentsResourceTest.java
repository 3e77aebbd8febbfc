package dev.headroom.api.about;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsResourceTest {

  private final DocumentsResource documents = new DocumentsResource();

  @Test
  void aRunbookIsAPageThatLinksToOthers() {
    String page = documents.document("docs/runbooks/HeadroomBudgetExceeded.md");
    assertThat(page)
        .contains("<title>HeadroomBudgetExceeded · Headroom</title>", "<h2 id=")
        .contains("href=\"HeadroomLeakSuspected.md\"");
  }

  @Test
  void onlyTheWordsStayOfWhatIsNotServed() {
    assertThat(documents.document("README.md"))
        .contains("href=\"docs/predict.md\"")
        .doesNotContain("href=\"docs/images")
        .doesNotContain("<img src=\"docs")
        .doesNotContain("href=\"LICENSE\"");
    assertThat(documents.document("docs/contract.md")).contains("<table>");
  }

  @Test
  void theFolderOfTheRunbooksIsTheirList() {
    assertThat(documents.runbooks().getStatus()).isEqualTo(303);
    assertThat(documents.document("docs/runbooks/README.md"))
        .contains("href=\"HeadroomBudgetExceeded.md\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing.md",
        "../application.properties",
        "docs/../README.md",
        "docs/images/x.png"
      })
  void nothingElseIsRead(String name) {
    assertThatThrownBy(() -> documents.document(name)).hasMessage("document unknown: " + name);
  }

  @Test
  void everyRunbookThatThePageNamesIsThere() throws IOException {
    String words = Files.readString(Path.of("src/main/resources/META-INF/resources/page/words.js"));
    assertThat(Pattern.compile("runbook: '(\\w+)'").matcher(words).results())
        .hasSizeGreaterThan(8)
        .extracting((MatchResult named) -> named.group(1))
        .allSatisfy(
            runbook ->
                assertThat(documents.document("docs/runbooks/" + runbook + ".md")).contains("<h1"));
  }
}
