package dev.headroom.documents;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What `docs/configuration.md` lists is what the sources read; `-Dheadroom.documents=write` writes
/// its generated tables anew.
class ConfigurationDocumentTest {

  private static final Path DOCUMENT = Path.of("docs/configuration.md");

  /// A table that is generated, after the comment that says of what.
  private static final Pattern TABLE =
      Pattern.compile("<!-- (settings|options): ([\\w.]+) -->\n\n((?:\\|.*\n)*)");

  private static final Pattern VARIABLE = Pattern.compile("\"(HEADROOM_[A-Z_]+)\"");
  private static final Pattern EXPRESSION =
      Pattern.compile("(?m)^[^#].*\\$\\{(headroom\\.[a-z.-]+):([^}]*)}");

  @Test
  void generatedTablesAreThoseOfTheSources() throws IOException {
    // Given
    String document = Files.readString(DOCUMENT);

    // When
    String written =
        TABLE
            .matcher(document)
            .replaceAll(
                table ->
                    Matcher.quoteReplacement(
                        "<!-- %s: %s -->\n\n%s"
                            .formatted(table.group(1), table.group(2), anew(table))));

    // Then
    if ("write".equals(System.getProperty("headroom.documents"))) {
      Files.writeString(DOCUMENT, written);
    }
    assertThat(Files.readString(DOCUMENT))
        .as(
            "%s is out of date; this writes it: mvn -q -Dquick -Dtest=%s"
                + " -Dheadroom.documents=write test",
            DOCUMENT, getClass().getSimpleName())
        .isEqualTo(written);
  }

  @Test
  void everyMappingHasItsTable() throws IOException {
    // When
    Set<String> documented =
        TABLE
            .matcher(Files.readString(DOCUMENT))
            .results()
            .filter(table -> table.group(1).equals("settings"))
            .map(table -> table.group(2))
            .collect(Collectors.toSet());

    // Then
    assertThat(documented).containsExactlyInAnyOrderElementsOf(SettingTables.prefixes());
  }

  @Test
  void settingsThatQuarkusIsGivenHaveTheirRow() throws IOException {
    // Given
    String document = Files.readString(DOCUMENT);
    String properties = Files.readString(Path.of("src/main/resources/application.properties"));

    // When
    var expressions = EXPRESSION.matcher(properties).results().toList();

    // Then
    assertThat(expressions).hasSizeGreaterThan(2);
    assertThat(expressions)
        .allSatisfy(
            expression ->
                assertThat(document)
                    .containsPattern(
                        "\\| `%s`.*\\| `%s` \\|"
                            .formatted(
                                Pattern.quote(expression.group(1)),
                                Pattern.quote(expression.group(2)))));
  }

  @Test
  void variablesOfTheReportersAreThoseTheyRead() {
    assertThat(variables("## Reporter for PyTorch")).isEqualTo(read("clients/python/src", ".py"));
    assertThat(variables("## Reporter for the JVM"))
        .isEqualTo(read("clients/jvm", "src/main/java", ".java"));
  }

  private static String anew(MatchResult table) {
    if (table.group(1).equals("settings")) {
      return SettingTables.ofMappings(table.group(2));
    }
    CommandLine command =
        requireNonNull(new CommandLine(Main.class).getSubcommands().get(table.group(2)));
    return SettingTables.ofOptions(command.getCommandSpec().options());
  }

  /// The first columns of the table under a heading.
  private static Set<String> variables(String heading) {
    String document = Tree.text(DOCUMENT);
    String section = document.substring(document.indexOf(heading) + heading.length());
    return Pattern.compile("(?m)^\\| `(HEADROOM_[A-Z_]+)`")
        .matcher(section.split("\n## ", 2)[0])
        .results()
        .map(row -> row.group(1))
        .collect(Collectors.toSet());
  }

  private static Set<String> read(String folder, String... parts) {
    return Tree.in(folder)
        .filter(file -> Set.of(parts).stream().allMatch(file.toString()::contains))
        .flatMap(file -> VARIABLE.matcher(Tree.text(file)).results())
        .map(variable -> variable.group(1))
        .collect(Collectors.toSet());
  }
}
