package dev.headroom.documents;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a document names, looked up in the repository: links, paths, types, commands, settings.
final class References {

  /// Names in code spans that belong to others.
  static final Set<String> ELSEWHERE =
      Set.of(
          "CopySlices",
          "DistributedDataParallel",
          "HashMap",
          "ProcSubset",
          "ProtectProc",
          "TreeSet",
          "VmRSS",
          "Write");

  /// Folders in which paths of documents begin, besides the document's own.
  private static final List<String> ROOTS =
      List.of(
          "",
          "src/main/java/dev/headroom",
          "src/test/java/dev/headroom",
          "src/main/resources",
          "src/test/resources");

  private static final Pattern ADDRESS = Pattern.compile("[a-z]+:.*");
  private static final Pattern PATH = Pattern.compile("[\\w.*-]+(?:/[\\w.*-]+)*/?");
  private static final Pattern FILE_NAME =
      Pattern.compile(
          "[\\w*-][\\w.*-]*\\.(?:java|md|json|ya?ml|properties|csv|png|py|mjs|toml|xml|service)");
  /// A name below a domain, as Kubernetes' labels are.
  private static final Pattern LABEL = Pattern.compile("[\\w.-]+\\.(?:com|dev|io|org)/.*");

  private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z][A-Z_]{2,}");
  private static final Pattern TYPE =
      Pattern.compile("([A-Z]\\w*[a-z]\\w*)(?:[.#]([A-Za-z]\\w*))?(?:[(<].*)?");
  private static final Pattern QUALIFIED =
      Pattern.compile("\\bdev\\.headroom(?:\\.[a-z]+)*(?:\\.[A-Z]\\w*)?");
  private static final Pattern METRIC = Pattern.compile("\\bheadroom_[a-z0-9_]*[a-z0-9]");
  private static final Pattern TEST = Pattern.compile("-D(?:it\\.)?test=([\\w,]+)");
  private static final Pattern PROFILE = Pattern.compile("\\s-P(\\w+)");

  private final Tree tree;
  private final Settings settings;
  private final Commands commands;

  References(Tree tree) {
    this.tree = tree;
    this.settings = new Settings(tree);
    this.commands = new Commands();
  }

  /// What a document names and nothing answers to, a line each.
  List<String> unresolved(Document document) {
    var found = new ArrayList<String>();
    for (Document.Piece link : document.links()) {
      check(found, document, link, link.text(), target -> links(document, target));
    }
    for (Document.Piece span : document.spans()) {
      inSpan(found, document, span);
    }
    for (Document.Piece block : document.blocks()) {
      for (String line : block.text().replaceAll("\\\\\\n\\s*", "").split("\\n", -1)) {
        anywhere(found, document, block, line);
        for (String word : line.split("[\\s\"'=,()]+", -1)) {
          if (word.matches("(?:src|docs|deploy|grafana|clients)/.*") && isPath(word)) {
            check(found, document, block, word, path -> hasPath(document, path));
          }
        }
      }
    }
    return found;
  }

  private void inSpan(List<String> found, Document document, Document.Piece span) {
    String text = span.text();
    anywhere(found, document, span, text);
    Matcher type = TYPE.matcher(text);
    if (text.startsWith("@")) {
      check(found, document, span, text, name -> tree.mentions(name, "src"));
    } else if (type.matches()) {
      check(found, document, span, text, _ -> isType(type.group(1), type.group(2)));
    } else if (text.startsWith("--")) {
      check(found, document, span, text.split("[\\s=]", -1)[0], this::isOption);
    } else if (!text.startsWith("./headroom") && !text.startsWith("kubectl")) {
      for (String word : text.split("[\\s=]+", -1)) {
        if (isPath(word)) {
          check(found, document, span, word, path -> hasPath(document, path));
        }
      }
    }
  }

  /// What is told by its form, in spans and blocks alike.
  private void anywhere(List<String> found, Document document, Document.Piece piece, String text) {
    commands.faults(text).forEach(fault -> found.add(at(document, piece) + fault));
    each(QUALIFIED, text, name -> check(found, document, piece, name, this::isQualified));
    each(METRIC, text, name -> check(found, document, piece, name, this::isMetric));
    each(Settings.VARIABLE, text, name -> check(found, document, piece, name, settings::has));
    each(Settings.DOTTED, text, name -> check(found, document, piece, name, settings::hasDotted));
    Matcher tests = TEST.matcher(text);
    while (tests.find()) {
      for (String name : tests.group(1).split(",", -1)) {
        check(found, document, piece, name, tree::hasType);
      }
    }
    Matcher profile = PROFILE.matcher(text);
    if (text.contains("mvn") && profile.find()) {
      String id = "<id>%s</id>".formatted(profile.group(1));
      check(found, document, piece, id, it -> Tree.text(Path.of("pom.xml")).contains(it));
    }
  }

  private static void each(Pattern pattern, String text, Consumer<String> consumer) {
    pattern.matcher(text).results().map(it -> it.group()).forEach(consumer);
  }

  private static void check(
      List<String> found,
      Document document,
      Document.Piece piece,
      String name,
      Predicate<String> resolves) {
    if (!resolves.test(name)) {
      found.add(at(document, piece) + name);
    }
  }

  private static String at(Document document, Document.Piece piece) {
    return "%s:%d: ".formatted(document.file(), piece.line());
  }

  private static boolean links(Document from, String target) {
    if (ADDRESS.matcher(target).matches()) {
      return true;
    }
    int hash = target.indexOf('#');
    String path = hash < 0 ? target : target.substring(0, hash);
    Path file = path.isEmpty() ? from.file() : besides(from).resolve(path).normalize();
    if (hash < 0) {
      return Files.exists(file);
    }
    Document to = path.isEmpty() ? from : Document.read(file);
    return to.anchors().contains(target.substring(hash + 1));
  }

  private static Path besides(Document document) {
    Path folder = document.file().getParent();
    return folder == null ? Path.of("") : folder;
  }

  private static boolean isPath(String word) {
    return FILE_NAME.matcher(word).matches()
        || (word.contains("/")
            && PATH.matcher(word).matches()
            && !LABEL.matcher(word).matches()
            && !word.contains("target/"));
  }

  private boolean hasPath(Document document, String path) {
    if (!path.contains("/")
        && (tree.hasFileCalled(path) || tree.mentions(path, "deploy", "clients"))) {
      return true;
    }
    return Stream.concat(Stream.of(besides(document)), ROOTS.stream().map(Path::of))
        .anyMatch(root -> Files.exists(root.resolve(path)) || tree.matches(pattern(root, path)));
  }

  /// A path whose words in capitals and asterisks stand for any name.
  private static Pattern pattern(Path root, String path) {
    String whole = root.resolve(path).normalize().toString().replace(".", "\\.");
    return Pattern.compile(
        PLACEHOLDER.matcher(whole.replace("*", "[^/]*")).replaceAll("[^/]+") + "(?:/.*)?");
  }

  private boolean isType(String type, @Nullable String member) {
    if (ELSEWHERE.contains(type)
        || tree.mentions("alert: " + type, "deploy")
        || tree.mentions("kind: " + type, "deploy")) {
      return true;
    }
    return member == null ? tree.hasType(type) : tree.hasMember(type, member);
  }

  private boolean isQualified(String name) {
    return name.matches(".*\\.[A-Z]\\w*") ? tree.hasQualified(name) : tree.hasPackage(name);
  }

  private boolean isOption(String option) {
    return commands.hasOption(option) || tree.mentions(option, "deploy", "clients");
  }

  private boolean isMetric(String name) {
    return tree.mentions(name, "src/main/java", "deploy", "clients");
  }
}
