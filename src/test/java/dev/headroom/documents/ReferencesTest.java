package dev.headroom.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What documents name exists: links, paths, types, commands with their options, settings, metrics.
class ReferencesTest {

  private static final Tree TREE = new Tree();
  private static final References REFERENCES = new References(TREE);

  @Test
  void documentsNameOnlyWhatExists() {
    // Given
    List<Document> documents = Document.all();
    assertThat(documents).hasSizeGreaterThan(20);
    // When
    var found = new ArrayList<String>();
    documents.forEach(document -> found.addAll(REFERENCES.unresolved(document)));
    // Then
    assertThat(found).isEmpty();
  }

  @Test
  void whatDoesNotExistIsFound() {
    // Given a document that names, line by line, something wrong and something right
    Document document =
        Document.of(
            Path.of("docs/test.md"),
            """
            [gone](gone.md) and [there](../README.md)

            [no such part](../README.md#gone) and [a part](../README.md#try-it)

            `docs/gone.md` and `docs/images/` and `ledger/` and `docs/runbooks/ALERT.md`

            `GoneTest.java` and `ReferencesTest.java`

            `GoneTest` and `ReferencesTest`

            `Document.gone` and `Document.read` and `Tree.in(folder)`

            `@Gone` and `@QuarkusTest`

            `./headroom fly` and `./headroom verify`

            `./headroom predict CONFIG.json --fast` and `./headroom predict CONFIG.json --json`

            `--fast` and `--largest-batch`

            `HEADROOM_GONE` and `HEADROOM_METRICS_MAX_SERIES`

            `HEADROOM_KAFKA_GONE` and `HEADROOM_KAFKA_SASL_MECHANISM`

            `headroom.metrics.gone` and `headroom.metrics.max-series`

            `headroom_gone_total` and `headroom_job_state`

            ```
            mvn -Dtest=GoneTest,ReferencesTest test
            ```

            ```
            java dev.headroom.documents.GoneTest dev.headroom.documents.ReferencesTest
            ```

            ```
            HEADROOM_KAFKA=a:1 ./headroom simulate --rate high | cat
            ```

            ```
            ./headroom simulate \\
              --loud
            ```

            ```
            cat src/main/gone.txt src/main/resources/application.properties
            ```
            """);
    // When
    List<String> found = REFERENCES.unresolved(document);
    // Then
    assertThat(found)
        .containsExactly(
            "docs/test.md:1: gone.md",
            "docs/test.md:3: ../README.md#gone",
            "docs/test.md:5: docs/gone.md",
            "docs/test.md:7: GoneTest.java",
            "docs/test.md:9: GoneTest",
            "docs/test.md:11: Document.gone",
            "docs/test.md:13: @Gone",
            "docs/test.md:15: ./headroom has no command fly",
            "docs/test.md:17: ./headroom predict CONFIG.json --fast: Unknown option: '--fast'",
            "docs/test.md:19: --fast",
            "docs/test.md:21: HEADROOM_GONE",
            "docs/test.md:23: HEADROOM_KAFKA_GONE",
            "docs/test.md:25: headroom.metrics.gone",
            "docs/test.md:27: headroom_gone_total",
            "docs/test.md:29: GoneTest",
            "docs/test.md:33: dev.headroom.documents.GoneTest",
            "docs/test.md:37: ./headroom simulate --rate high: Invalid value for option '--rate':"
                + " 'high' is not a double",
            "docs/test.md:41: ./headroom simulate --loud: Unknown option: '--loud'",
            "docs/test.md:46: src/main/gone.txt");
  }

  @Test
  void namesOfOthersAreNeeded() {
    // When
    Set<String> spans =
        Document.all().stream()
            .flatMap(document -> document.spans().stream())
            .map(span -> span.text().split("[.#(]", -1)[0])
            .collect(Collectors.toSet());
    // Then
    assertThat(spans).containsAll(References.ELSEWHERE);
  }

  @Test
  void everySettingIsDocumented() {
    // Given
    Set<String> settings = new Settings(TREE).mapped();
    assertThat(settings).hasSizeGreaterThan(20).contains("headroom.metrics.per-gpu");
    // When
    Set<String> documented =
        Document.read(Path.of("docs/configuration.md")).spans().stream()
            .map(Document.Piece::text)
            .collect(Collectors.toSet());
    // Then
    assertThat(documented).containsAll(settings);
  }

  @Test
  void everyDocumentIsLinkedByAnother() {
    // Given
    List<Document> documents = Document.all();
    // When
    Set<Path> linked =
        documents.stream()
            .flatMap(
                document ->
                    document.links().stream()
                        .map(link -> link.text().replaceAll("#.*", ""))
                        .filter(link -> !link.isEmpty())
                        .map(link -> document.file().resolveSibling(link).normalize())
                        .filter(target -> !target.equals(document.file())))
            .collect(Collectors.toSet());
    // Then
    assertThat(documents)
        .extracting(Document::file)
        .filteredOn(file -> !linked.contains(file) && !linked.contains(file.getParent()))
        .isEmpty();
  }
}
