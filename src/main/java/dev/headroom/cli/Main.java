package dev.headroom.cli;

import dev.headroom.cli.demo.DemoCommand;
import dev.headroom.cli.evaluate.EvaluateCommand;
import dev.headroom.cli.load.LoadCommand;
import dev.headroom.cli.plan.PlanCommand;
import dev.headroom.cli.predict.PredictCommand;
import dev.headroom.wire.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
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
    Topics.fault(System.getenv())
        .ifPresent(
            fault -> {
              System.err.println(fault);
              System.exit(ExitCode.USAGE);
            });
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(Main::refused)
        .setExecutionExceptionHandler(Main::failed);
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

  /// Says what the surroundings refuse in one line: a client property of Kafka, an address that is
  /// taken. What is nobody's setting is thrown on, with its stack trace.
  private static int failed(Exception wrong, CommandLine command, ParseResult arguments)
      throws Exception {
    String refusal = refusedByKafka(wrong);
    if (refusal != null) {
      command.getErr().println("HEADROOM_KAFKA, HEADROOM_KAFKA_… or --kafka: " + refusal);
      return command.getCommandSpec().exitCodeOnInvalidInput();
    }
    Throwable told = wrong instanceof UncheckedIOException unchecked ? unchecked.getCause() : wrong;
    if (told instanceof IOException) {
      command.getErr().println(told.getMessage());
      return command.getCommandSpec().exitCodeOnExecutionException();
    }
    throw wrong;
  }

  /// The innermost reason why Kafka's clients do not take what they were given, such as a file of
  /// keys that is missing; null where it is no such failure. What a broker answers has subclasses.
  static @Nullable String refusedByKafka(Throwable failure) {
    @Nullable String refusal = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConfigException || cause.getClass() == KafkaException.class) {
        refusal = cause.getMessage();
      }
    }
    return refusal;
  }
}
