package dev.headroom.cli;

import dev.headroom.cli.demo.DemoCommand;
import dev.headroom.cli.evaluate.EvaluateCommand;
import dev.headroom.cli.load.LoadCommand;
import dev.headroom.cli.plan.PlanCommand;
import dev.headroom.cli.predict.PredictCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command `headroom`: one subcommand a role.
@Command(
    name = "headroom",
    description = "What should be in a GPU's memory, what is, and how much is left.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AgentCommand.class,
      PredictCommand.class,
      PlanCommand.class,
      DemoCommand.class,
      EvaluateCommand.class,
      LoadCommand.class,
      SimulateCommand.class
    })
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    LogLevels.ofErrorsOnly();
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setParameterExceptionHandler(Main::refused);
  }

  /// Says what is wrong and where help is; the help itself would bury it.
  public static int refused(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(
        "%s (try '%s --help')"
            .formatted(wrong.getMessage(), command.getCommandSpec().qualifiedName()));
    UnmatchedArgumentException.printSuggestions(wrong, err);
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
