package dev.headroom.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The files of the repository, without what builds leave, and the types in its Java sources.
final class Tree {

  private static final Set<String> NOT_OURS =
      Set.of(".git", "target", "node_modules", "__pycache__", "build", ".venv", "shared");

  /// These tests name things that do not exist.
  private static final Path HERE = Path.of("src/test/java/dev/headroom/documents");

  private static final Path DATA = Path.of("src/test/resources");

  private static final Set<String> NOT_TEXT = Set.of(".md", ".png", ".csv");

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|record|interface|enum|@interface) ([A-Z]\\w*)");

  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

  private final List<Path> files =
      in(Path.of("."), Integer.MAX_VALUE).map(Path::normalize).toList();
  private final Set<String> names =
      files.stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
  private final Map<Path, String> java =
      files.stream()
          .filter(file -> file.toString().endsWith(".java"))
          .collect(Collectors.toMap(file -> file, Tree::text));
  private final Map<String, List<Path>> types = types();
  private final Map<Path, String> texts = new HashMap<>(java);

  static Stream<Path> in(String folder) {
    return in(Path.of(folder), Integer.MAX_VALUE);
  }

  static Stream<Path> in(Path folder, int depth) {
    var found = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          folder,
          Set.of(),
          depth,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
              return NOT_OURS.contains(String.valueOf(at.getFileName()))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                found.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found.stream();
  }

  /// A file as text, also where some of it is none.
  static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean hasFileCalled(String name) {
    return names.contains(name);
  }

  /// Whether a file, or a folder of one, has a path of this form.
  boolean matches(Pattern path) {
    return files.stream().anyMatch(file -> path.matcher(file.toString()).matches());
  }

  Collection<String> sources() {
    return java.values();
  }

  boolean hasType(String name) {
    return types.containsKey(name);
  }

  /// Whether `Type.member` or `package.Type` is there; a member is a word of the type's file.
  boolean hasMember(String type, String member) {
    var word = Pattern.compile("\\b" + Pattern.quote(member) + "\\b");
    return types.getOrDefault(type, List.of()).stream()
        .anyMatch(file -> word.matcher(java.getOrDefault(file, "")).find());
  }

  boolean hasQualified(String name) {
    int dot = name.lastIndexOf('.');
    return types.getOrDefault(name.substring(dot + 1), List.of()).stream()
        .anyMatch(file -> packageOf(java.getOrDefault(file, "")).equals(name.substring(0, dot)));
  }

  boolean hasPackage(String name) {
    return java.values().stream().anyMatch(text -> packageOf(text).equals(name));
  }

  /// Whether a word stands in any file under these folders.
  boolean mentions(String word, String... folders) {
    return files.stream()
        .filter(file -> Stream.of(folders).anyMatch(file::startsWith))
        .filter(file -> NOT_TEXT.stream().noneMatch(file.toString()::endsWith))
        .filter(file -> !file.startsWith(HERE) && !file.startsWith(DATA))
        .anyMatch(file -> texts.computeIfAbsent(file, Tree::text).contains(word));
  }

  private Map<String, List<Path>> types() {
    return java.entrySet().stream()
        .flatMap(
            source ->
                TYPE.matcher(source.getValue())
                    .results()
                    .map(type -> Map.entry(type.group(1), source.getKey())))
        .collect(
            Collectors.groupingBy(
                Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
  }

  private static String packageOf(String text) {
    Matcher line = PACKAGE.matcher(text);
    return line.find() ? line.group(1) : "";
  }
}
