package dev.headroom.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.cli.predict.TextBars;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What `docs/planning.md` shows is what the commands print; `-Dheadroom.documents=write` writes it
/// anew.
class PlanningDocumentTest {

  private static final Path DOCUMENT = Path.of("docs/planning.md");
  private static final Pattern SESSION =
      Pattern.compile("```\n(\\$ \\./headroom plan .*?)```", Pattern.DOTALL);

  @Test
  void everyCommandPrintsWhatItIsShownToPrint() throws IOException {
    // Given
    String document = Files.readString(DOCUMENT);

    // When
    Matcher sessions = SESSION.matcher(document);
    String printed =
        sessions.replaceAll(
            found -> Matcher.quoteReplacement("```\n" + session(found.group(1)) + "```"));

    // Then
    assertThat(SESSION.matcher(document).results().count()).isGreaterThanOrEqualTo(5);
    if ("write".equals(System.getProperty("headroom.documents"))) {
      Files.writeString(DOCUMENT, printed);
    }
    assertThat(printed).isEqualTo(Files.readString(DOCUMENT));
  }

  /// The commands of a session, each with what it prints now.
  private static String session(String shown) {
    var session = new StringBuilder();
    int exit = 0;
    String[] lines = shown.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].startsWith("$ ")) {
        continue;
      }
      var command = new StringBuilder(lines[i].substring(2));
      session.append(lines[i]).append('\n');
      while (command.charAt(command.length() - 1) == '\\') {
        i++;
        session.append(lines[i]).append('\n');
        command.setLength(command.length() - 1);
        command.append(lines[i]);
      }
      if (command.toString().equals("echo $?")) {
        session.append(exit).append('\n');
        continue;
      }
      var out = new StringWriter();
      exit =
          new CommandLine(new PlanCommand(new TextBars(true)))
              .setOut(new PrintWriter(out))
              .setErr(new PrintWriter(out))
              .execute(command.toString().replace("./headroom plan ", "").strip().split("\\s+"));
      session.append(out);
    }
    return session.toString();
  }
}
