package dev.headroom.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/// A Markdown document, taken apart.
///
/// @param prose paragraphs, headings and table cells, each code span in them one word
/// @param spans what stands in code spans
/// @param blocks code blocks
/// @param links targets of links and images
record Document(
    Path file,
    List<Piece> prose,
    List<Piece> spans,
    List<Piece> blocks,
    List<Piece> links,
    List<String> anchors) {

  /// A piece of a document and the line that its block begins on.
  record Piece(int line, String text) {}

  /// Stands for a code span: one word that may begin a sentence.
  private static final String CODE = "Code";

  private static final Parser PARSER =
      Parser.builder()
          .extensions(List.of(TablesExtension.create()))
          .includeSourceSpans(IncludeSourceSpans.BLOCKS)
          .build();

  static Document read(Path file) {
    try {
      return of(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Document of(Path file, String markdown) {
    var document =
        new Document(
            file,
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    document.walk(PARSER.parse(markdown), 1);
    return document;
  }

  /// Every document that people read: at the root, in `docs` and in `clients`.
  static List<Document> all() {
    return Stream.concat(
            Tree.in(Path.of("."), 1), Stream.of("docs", "clients", "deploy").flatMap(Tree::in))
        .filter(file -> file.toString().endsWith(".md"))
        .map(Path::normalize)
        .sorted()
        .map(Document::read)
        .toList();
  }

  private void walk(Node node, int above) {
    int line =
        node.getSourceSpans().isEmpty()
            ? above
            : node.getSourceSpans().getFirst().getLineIndex() + 1;
    switch (node) {
      case Code code -> spans.add(new Piece(line, code.getLiteral()));
      case FencedCodeBlock block -> blocks.add(new Piece(line, block.getLiteral()));
      case IndentedCodeBlock block -> blocks.add(new Piece(line, block.getLiteral()));
      case Link link -> links.add(new Piece(line, link.getDestination()));
      case Image image -> links.add(new Piece(line, image.getDestination()));
      case Heading heading -> {
        prose.add(new Piece(line, text(heading)));
        anchors.add(anchor(text(heading, true)));
      }
      case Paragraph paragraph -> prose.add(new Piece(line, text(paragraph)));
      case TableCell cell -> prose.add(new Piece(line, text(cell)));
      default -> {}
    }
    for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
      walk(child, line);
    }
  }

  private static String text(Node node) {
    return text(node, false);
  }

  private static String text(Node node, boolean codeToo) {
    var text = new StringBuilder();
    for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
      switch (child) {
        case Text some -> text.append(some.getLiteral());
        case Code code -> text.append(codeToo ? code.getLiteral() : CODE);
        case SoftLineBreak _, HardLineBreak _ -> text.append(' ');
        case Block _ -> {}
        default -> text.append(text(child, codeToo));
      }
    }
    return text.toString();
  }

  /// What a heading is called in links, as GitHub makes it.
  private static String anchor(String heading) {
    return heading
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .strip()
        .replace(' ', '-');
  }
}
