package dev.headroom.documents;

import static java.util.Comparator.comparing;

import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappingInterface.Property;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.common.utils.StringUtil;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.tools.ToolProvider;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/// The settings as Markdown tables: those of a `@ConfigMapping`, and the options of a command.
final class SettingTables {

  private static final List<ConfigClass> MAPPINGS =
      new ClassFileImporter()
              .withImportOption(new ImportOption.DoNotIncludeTests())
              .importPackages("dev.headroom")
              .stream()
              .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
              .map(type -> ConfigClass.configClass(type.reflect()))
              .toList();

  private SettingTables() {}

  /// The prefixes of all mappings.
  static List<String> prefixes() {
    return MAPPINGS.stream().map(ConfigClass::getPrefix).distinct().sorted().toList();
  }

  /// @param prefix of one mapping or several
  static String ofMappings(String prefix) {
    String rows =
        MAPPINGS.stream()
            .filter(mapping -> mapping.getPrefix().equals(prefix))
            .map(SettingTables::rows)
            .sorted()
            .collect(Collectors.joining());
    return "| setting | default | value | meaning |\n|---|---|---|---|\n" + rows;
  }

  static String ofOptions(List<OptionSpec> options) {
    return options.stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .map(
            option ->
                row(
                    "`" + option.longestName() + "`",
                    option.defaultValue() == null
                        ? null
                        : option.defaultValue().replaceAll("\\$\\{env:(\\w+)}", "$1"),
                    String.join(" ", option.description())
                        .replace(" (default: " + option.defaultValue() + ")", "")
                        .replace(
                            "${COMPLETION-CANDIDATES}",
                            option.completionCandidates() == null
                                ? ""
                                : String.join(", ", option.completionCandidates()))
                        .replaceAll("(HEADROOM_[A-Z_]+…?|/[a-z/]+|\\(\\?<job>…\\))", "`$1`")))
        .collect(Collectors.joining("", "| option | default | meaning |\n|---|---|---|\n", ""));
  }

  private static String rows(ConfigClass mapping) {
    Map<String, String> meanings = meanings(mapping.getType());
    var order = List.copyOf(meanings.keySet());
    return ConfigMappings.getProperties(mapping).entrySet().stream()
        .sorted(comparing(entry -> order.indexOf(entry.getValue().getMethod().getName())))
        .map(
            entry -> {
              Property property = entry.getValue();
              Method method = property.getMethod();
              return row(
                  "`%s` `%s`"
                      .formatted(
                          entry.getKey(),
                          StringUtil.replaceNonAlphanumericByUnderscores(entry.getKey())
                              .toUpperCase(Locale.ROOT)),
                  property.hasDefaultValue() ? property.getDefaultValue() : null,
                  value(method),
                  meanings.getOrDefault(method.getName(), ""));
            })
        .collect(Collectors.joining());
  }

  private static String row(String name, @Nullable String standard, String... rest) {
    return "| %s | %s | %s |\n"
        .formatted(name, standard == null ? "" : "`" + standard + "`", String.join(" | ", rest));
  }

  /// What may be said: its unit and its range.
  private static String value(Method method) {
    AnnotatedElement ranged = method;
    Class<?> type = method.getReturnType();
    if (type == OptionalInt.class) {
      type = int.class;
    } else if (type == Optional.class) {
      ranged =
          ((AnnotatedParameterizedType) method.getAnnotatedReturnType())
              .getAnnotatedActualTypeArguments()[0];
      type = (Class<?>) ((java.lang.reflect.AnnotatedType) ranged).getType();
    }
    if (type == Duration.class) {
      return "time, %s to %s"
          .formatted(
              text(least(required(ranged, DurationMin.class))),
              text(most(required(ranged, DurationMax.class))));
    }
    if (type == int.class || type == long.class || type == Short.class) {
      return "number, %,d to %,d"
          .formatted(required(ranged, Min.class).value(), required(ranged, Max.class).value());
    }
    return type == boolean.class ? "`true` or `false`" : type == Path.class ? "file" : "text";
  }

  private static <A extends java.lang.annotation.Annotation> A required(
      AnnotatedElement element, Class<A> range) {
    A found = element.getAnnotation(range);
    if (found == null) {
      throw new AssertionError(element + " has no " + range.getSimpleName());
    }
    return found;
  }

  private static Duration least(DurationMin range) {
    return Duration.ofDays(range.days())
        .plusMinutes(range.minutes())
        .plusSeconds(range.seconds())
        .plusMillis(range.millis());
  }

  private static Duration most(DurationMax range) {
    return Duration.ofDays(range.days())
        .plusMinutes(range.minutes())
        .plusSeconds(range.seconds())
        .plusMillis(range.millis());
  }

  private static String text(Duration duration) {
    return duration.toMillisPart() != 0
        ? duration.toMillis() + "ms"
        : duration.toSecondsPart() != 0
            ? duration.toSeconds() + "s"
            : duration.toHours() == 0 ? duration.toMinutes() + "m" : duration.toDays() + "d";
  }

  /// The documentation of each method of a type, in the order of the source.
  private static Map<String, String> meanings(Class<?> type) {
    Class<?> file = type.isMemberClass() ? type.getDeclaringClass() : type;
    var meanings = new LinkedHashMap<String, String>();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      Path source = Path.of("src/main/java", file.getName().replace('.', '/') + ".java");
      var task =
          (JavacTask)
              compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(source));
      DocTrees documents = DocTrees.instance(task);
      StreamSupport.stream(task.parse().spliterator(), false)
          .forEach(
              unit ->
                  new TreePathScanner<@Nullable Void, @Nullable Void>() {
                    @Override
                    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
                      String comment = documents.getDocComment(getCurrentPath());
                      meanings.put(
                          method.getName().toString(),
                          comment == null ? "" : comment.strip().replaceAll("\\s+", " "));
                      return null;
                    }
                  }.scan(unit, null));
      return meanings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
