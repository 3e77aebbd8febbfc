package dev.headroom.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A sentence of a document has at most 25 words: in paragraphs, lists, headings, table cells.
///
/// A code span is one word; code blocks are not prose.
class SentencesTest {

  private static final int MAX_WORDS = 25;
  private static final Pattern WORD = Pattern.compile("\\S*[\\p{L}\\p{N}]\\S*");

  @Test
  void noSentenceIsLong() {
    // Given
    List<Document> documents = Document.all();
    assertThat(documents)
        .extracting(document -> document.file().toString())
        .contains("README.md", "RATIONALE.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
        .contains("docs/glossary.md", "docs/runbooks/HeadroomConsumerLag.md");
    // When
    var found = new ArrayList<String>();
    documents.forEach(document -> found.addAll(longSentences(document)));
    // Then
    assertThat(found).isEmpty();
  }

  @Test
  void theGlossaryHasAtMostFortyWords() throws IOException {
    // When
    try (Stream<String> lines = Files.lines(Path.of("docs/glossary.md"))) {
      long words = lines.filter(line -> line.startsWith("| ")).count() - 1;
      // Then
      assertThat(words).isBetween(20L, 40L);
    }
  }

  @Test
  void aLongSentenceIsFoundWhereverItStands() {
    // Given a sentence of 26 words
    String sentence = "One `two three` " + "word ".repeat(23) + "end.";
    // When
    List<String> found =
        longSentences(
            document(
                """
                # A short heading

                A short one. %s A short one.

                1. An item:
                   - %s

                | a | b |
                |---|---|
                | c | %s |

                ```
                %s
                ```
                """
                    .formatted(sentence, sentence, sentence, sentence)));
    // Then
    assertThat(found)
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly("test.md:3:", "test.md:6:", "test.md:10:");
  }

  @Test
  void sentencesOf25WordsAreAllowed() {
    String sentence = "One " + "word ".repeat(23) + "end.";
    assertThat(longSentences(document(sentence + " " + sentence))).isEmpty();
  }

  private static Document document(String text) {
    return Document.of(Path.of("test.md"), text);
  }

  private static List<String> longSentences(Document document) {
    var found = new ArrayList<String>();
    for (Document.Piece piece : document.prose()) {
      for (String sentence : sentences(piece.text())) {
        long words = WORD.matcher(sentence).results().count();
        if (words > MAX_WORDS) {
          found.add(
              "%s:%d: %d words: %s".formatted(document.file(), piece.line(), words, sentence));
        }
      }
    }
    return found;
  }

  private static List<String> sentences(String text) {
    var sentences = new ArrayList<String>();
    BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
    breaks.setText(text);
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
      sentences.add(text.substring(start, end).strip());
    }
    return sentences;
  }
}
