package dev.headroom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What each package of the sources keeps to, beside what it imports.
class PackagesTest {

  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TEST = Path.of("src/test/java");
  private static final int MAX_FILES = 12;
  private static final int MAX_COLUMNS = 100;

  /// One file a kind of layer: a reader looks one up and does not read them all.
  private static final Path OPERATIONS = MAIN.resolve("dev/headroom/network/operation");

  @Test
  void eachPackageBeginsWithASentence() throws IOException {
    var without = new ArrayList<Path>();
    for (Path folder : packages().keySet()) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info)
          || !Files.readString(info, UTF_8)
              .matches("(?s)/// \\p{Lu}.*[.]\n@NullMarked\npackage .*")) {
        without.add(folder);
      }
    }
    assertThat(without).isEmpty();
  }

  @Test
  void noPackageHasMoreThanTwelveFiles() throws IOException {
    Map<Path, List<Path>> packages = packages();
    packages.remove(OPERATIONS);
    assertThat(packages)
        .hasSizeGreaterThan(40)
        .allSatisfy((_, files) -> assertThat(files).hasSizeBetween(1, MAX_FILES));
  }

  @Test
  void noTwoClassesShareAName() throws IOException {
    Map<String, List<Path>> shared =
        sources(MAIN).stream()
            .filter(PackagesTest::isClass)
            .collect(groupingBy(file -> file.getFileName().toString()));
    shared.values().removeIf(files -> files.size() == 1);
    assertThat(shared).isEmpty();
  }

  /// The formatter breaks a line of documentation that is longer, and leaves a torn paragraph.
  @Test
  void noLineOfDocumentationIsLongerThanTheFormatterLeavesWhole() throws IOException {
    var found = new ArrayList<String>();
    for (Path root : List.of(MAIN, TEST)) {
      for (Path file : sources(root)) {
        for (String line : Files.readAllLines(file, UTF_8)) {
          if (line.strip().startsWith("///") && line.length() > MAX_COLUMNS) {
            found.add(file + ": " + line.strip());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /// A line of documentation that the next line's first word would have fitted on was torn.
  @Test
  void noLineOfDocumentationIsTorn() throws IOException {
    var found = new ArrayList<String>();
    for (Path file : sources(MAIN)) {
      List<String> lines = Files.readAllLines(file, UTF_8);
      for (int i = 0; i + 1 < lines.size(); i++) {
        if (isTorn(lines.get(i), lines.get(i + 1))) {
          found.add(file + ": " + lines.get(i).strip());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static boolean isTorn(String line, String next) {
    String first = line.strip();
    String second = next.strip();
    return first.matches("/// *\\p{Alpha}[^ ]*( [^ ]*[^ ;{])?")
        && second.matches("///? *[\\p{Alpha}`].*")
        && !second.startsWith("/// @")
        && !second.startsWith("/// ```");
  }

  /// The classes of each package, by its folder.
  private static Map<Path, List<Path>> packages() throws IOException {
    return sources(MAIN).stream()
        .filter(PackagesTest::isClass)
        .collect(groupingBy(Path::getParent, TreeMap::new, mapping(file -> file, toList())));
  }

  private static boolean isClass(Path file) {
    return !file.endsWith("package-info.java");
  }

  private static List<Path> sources(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
