package dev.headroom.documents;

import dev.headroom.cli.Main;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/// Calls of the launcher, as its usage and the commands' own parsers know them.
final class Commands {

  /// A call, up to what the shell does with it. A tree draws lines, which end it too.
  private static final Pattern CALL =
      Pattern.compile("\\./headroom\\s+((?:'[^']*'|\"[^\"]*\"|[^|&;#<>│'\"])+)");

  private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");
  private static final Pattern USAGE = Pattern.compile("(?m)^  ([a-z]+) {2,}\\S");

  private final Set<String> launcher =
      USAGE
          .matcher(Tree.text(Path.of("headroom")))
          .results()
          .map(command -> command.group(1))
          .collect(Collectors.toSet());

  private final Map<String, CommandLine> subcommands = new CommandLine(Main.class).getSubcommands();

  /// What is wrong with the calls in a line.
  List<String> faults(String line) {
    var faults = new ArrayList<String>();
    Matcher call = CALL.matcher(line);
    while (call.find()) {
      List<String> words = words(call.group(1));
      if (!words.isEmpty() && !isCommand(words.getFirst())) {
        faults.add("./headroom has no command " + words.getFirst());
      } else if (words.size() > 1 && subcommands.containsKey(words.getFirst())) {
        parse(words, faults);
      }
    }
    return faults;
  }

  boolean hasOption(String option) {
    return subcommands.values().stream()
        .anyMatch(command -> command.getCommandSpec().findOption(option) != null);
  }

  private boolean isCommand(String word) {
    return launcher.contains(word)
        || subcommands.containsKey(word)
        || word.equals("help")
        || word.matches("[A-Z]+|…");
  }

  private static void parse(List<String> words, List<String> faults) {
    try {
      new CommandLine(Main.class).parseArgs(words.toArray(String[]::new));
    } catch (MissingParameterException _) {
      // Named without what it is called with.
    } catch (ParameterException e) {
      faults.add("./headroom %s: %s".formatted(String.join(" ", words), e.getMessage()));
    }
  }

  private static List<String> words(String call) {
    return WORD.matcher(call)
        .results()
        .map(
            word ->
                word.group(1) != null
                    ? word.group(1)
                    : word.group(2) != null ? word.group(2) : word.group(3))
        .toList();
  }
}
