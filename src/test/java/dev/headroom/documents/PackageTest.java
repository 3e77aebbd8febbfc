package dev.headroom.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What `./headroom package` packs: the documents, and whatever a link in them leads to.
class PackageTest {

  private static final String BEGIN = "\npacked=(";

  @Test
  void linksOfPackedDocumentsLeadToWhatIsPacked() throws IOException {
    // Given
    List<Path> packed = packed();
    List<Document> documents =
        Document.all().stream().filter(document -> isIn(packed, document.file())).toList();
    assertThat(documents).hasSizeGreaterThan(20);
    // When
    var missing = new ArrayList<String>();
    for (Document document : documents) {
      for (Document.Piece link : document.links()) {
        URI target = URI.create(link.text());
        if (!target.isAbsolute() && !target.getPath().isEmpty()) {
          Path file = document.file().resolveSibling(target.getPath()).normalize();
          if (!isIn(packed, file) && packed.stream().noneMatch(path -> path.startsWith(file))) {
            missing.add("%s: %s".formatted(document.file(), link.text()));
          }
        }
      }
    }
    // Then
    assertThat(missing).isEmpty();
  }

  private static List<Path> packed() throws IOException {
    String launcher = Files.readString(Path.of("headroom"));
    int begin = launcher.indexOf(BEGIN) + BEGIN.length();
    String list = launcher.substring(begin, launcher.indexOf("\n)", begin));
    List<Path> packed =
        list.strip()
            .lines()
            .flatMap(line -> Stream.of(line.strip().split(" +")))
            .map(Path::of)
            .toList();
    assertThat(packed).allSatisfy(path -> assertThat(path).exists());
    return packed;
  }

  private static boolean isIn(List<Path> packed, Path file) {
    return packed.stream().anyMatch(file::startsWith);
  }
}
