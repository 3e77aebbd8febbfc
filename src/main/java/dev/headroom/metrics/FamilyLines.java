package dev.headroom.metrics;

import java.io.OutputStream;
import java.util.List;
import java.util.function.Predicate;

/// Some families at once: a subject is looked at one time and leaves its lines in each, because
/// fetching ten thousand jobs from memory again for every family costs more than writing them.
final class FamilyLines<T> {

  private final List<Family<T>> families;
  private final List<TextLines> lines;

  /// @param wanted the names of the families that are written; the others are left out
  FamilyLines(List<Family<T>> all, Format format, Predicate<String> wanted) {
    families = all.stream().filter(family -> wanted.test(family.name())).toList();
    lines = families.stream().map(family -> new TextLines(family, format)).toList();
  }

  /// Whether no family is wanted.
  boolean isEmpty() {
    return families.isEmpty();
  }

  /// Takes the lines of one subject.
  ///
  /// @param labels what all of them begin with
  void add(Rendered labels, T subject) {
    for (int i = 0; i < lines.size(); i++) {
      TextLines each = lines.get(i);
      each.of(labels);
      families.get(i).series().write(subject, each);
    }
  }

  /// How many lines there are.
  long count() {
    return lines.stream().mapToLong(TextLines::lines).sum();
  }

  /// Writes family by family.
  void writeTo(OutputStream out) {
    lines.forEach(each -> each.writeTo(out));
  }
}
