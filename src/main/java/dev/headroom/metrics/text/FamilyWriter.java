package dev.headroom.metrics.text;

import java.io.OutputStream;
import java.util.List;
import java.util.function.Predicate;

/// Writes several families in one pass over the subjects. One pass fetches each job from memory
/// once; a pass for each family would cost more than the writing.
public final class FamilyWriter<T> {

  private final List<MetricFamily<T>> families;
  private final List<TextSeriesWriter> lines;

  /// @param wanted the names of the families that are written; the others are left out
  public FamilyWriter(List<MetricFamily<T>> all, TextFormat format, Predicate<String> wanted) {
    families = all.stream().filter(family -> wanted.test(family.name())).toList();
    lines = families.stream().map(family -> new TextSeriesWriter(family, format)).toList();
  }

  /// Whether no family is wanted.
  public boolean isEmpty() {
    return families.isEmpty();
  }

  /// Takes the lines of one subject.
  ///
  /// @param labels what all of them begin with
  public void add(RenderedLabels labels, T subject) {
    for (int i = 0; i < lines.size(); i++) {
      TextSeriesWriter each = lines.get(i);
      each.of(labels);
      families.get(i).series().write(subject, each);
    }
  }

  /// How many lines there are.
  public long count() {
    return lines.stream().mapToLong(TextSeriesWriter::lines).sum();
  }

  /// Writes family by family.
  public void writeTo(OutputStream out) {
    lines.forEach(each -> each.writeTo(out));
  }
}
