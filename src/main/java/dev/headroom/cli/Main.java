package dev.headroom.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command `headroom`: one subcommand a role.
@Command(
    name = "headroom",
    description = "What should be in a GPU's memory, what is, and how much is left.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AgentCommand.class,
      PredictCommand.class,
      DemoCommand.class,
      LoadCommand.class,
      SimulateCommand.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
