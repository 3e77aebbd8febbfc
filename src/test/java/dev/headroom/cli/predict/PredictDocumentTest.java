package dev.headroom.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What `docs/predict.md` shows is what the commands print; an ellipsis stands for more, and
/// JSON is wrapped.
class PredictDocumentTest {

  private static final Path DOCUMENT = Path.of("docs/predict.md");
  private static final String ELLIPSIS = "…\n";
  private static final Pattern SESSION =
      Pattern.compile(
          "```\n\\$ \\./headroom predict ((?:[^\n]*\\\\\n)*[^\n]*)\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyCommandPrintsWhatItIsShownToPrint() throws IOException {
    // When
    List<MatchResult> sessions = SESSION.matcher(Files.readString(DOCUMENT)).results().toList();

    // Then
    assertThat(sessions).hasSizeGreaterThanOrEqualTo(5);
    for (MatchResult session : sessions) {
      String command = session.group(1);
      String shown = session.group(2);
      String printed = printed(command);
      if (command.contains("--json")) {
        assertThat(new ObjectMapper().readTree(shown))
            .as(command)
            .isEqualTo(new ObjectMapper().readTree(printed));
      } else if (shown.endsWith(ELLIPSIS)) {
        assertThat(printed)
            .as(command)
            .startsWith(shown.substring(0, shown.length() - ELLIPSIS.length()));
      } else {
        assertThat(printed.strip()).as(command).isEqualTo(shown.strip());
      }
    }
  }

  private static String printed(String command) {
    var out = new StringWriter();
    new CommandLine(new PredictCommand(new TextBars(true)))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(out))
        .execute(command.replace("\\\n", " ").strip().split("\\s+"));
    return out.toString();
  }
}
