package dev.headroom.cli;

import dev.headroom.cli.option.ClusterOptions;
import dev.headroom.cli.option.KafkaOption;
import dev.headroom.cli.option.OptionRange;
import dev.headroom.sample.NameRules;
import dev.headroom.simulator.Simulator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "simulate",
    description = "Publish what a simulated cluster of training jobs says; a load generator.",
    mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

  private static final int LONGEST_PREFIX = 40;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Mixin private final KafkaOption kafka = new KafkaOption();

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      defaultValue = "1",
      description =
          "Samples a second of each rank's reporter, and as many of its agent (default:"
              + " ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long; 0 until it is stopped (default: ${DEFAULT-VALUE}).")
  private long seconds;

  @Option(
      names = "--prefix",
      description =
          "What the names of jobs and hosts begin with, so that they are no other cluster's"
              + " (default: sim-SEED-).")
  private @Nullable String prefix;

  @Override
  public Integer call() throws InterruptedException {
    OptionRange range = OptionRange.of(spec);
    cluster.require(range);
    range.require("--rate", rate, Simulator.SLOWEST, Simulator.FASTEST);
    range.require("--for", seconds, 0, TimeUnit.DAYS.toSeconds(365));
    Map<String, String> settings = kafka.settings();
    var simulator =
        new Simulator(
            new Simulator.Settings(
                cluster.jobs,
                rate,
                cluster.seed,
                cluster.speed,
                cluster.past,
                prefix(range.command()),
                settings));
    var closing = new Thread(simulator::close, "headroom-simulator-shutdown");
    Runtime.getRuntime().addShutdownHook(closing);
    simulator.start();
    System.out.printf(
        "headroom simulate: %d jobs on %d GPUs, seed %d, to %s%n",
        cluster.jobs, simulator.gpus(), cluster.seed, settings.get("bootstrap.servers"));
    long start = System.nanoTime();
    long before = start;
    long told = 0;
    while (seconds == 0 || System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
      TimeUnit.SECONDS.sleep(seconds == 0 ? 5 : Math.min(5, seconds));
      long now = System.nanoTime();
      long sent = simulator.sent();
      System.out.printf(
          "%.0f records/s, %d sent, %d failed%n",
          (sent - told) * 1e9 / (now - before), sent, simulator.failed());
      if (sent == 0) {
        System.out.printf("%s has taken no record yet%n", settings.get("bootstrap.servers"));
      }
      told = sent;
      before = now;
    }
    return simulator.sent() > 0 && simulator.failed() == 0 ? 0 : 1;
  }

  private String prefix(CommandSpec command) {
    String names = prefix == null ? "sim-%d-".formatted(cluster.seed) : prefix;
    if ((!names.isEmpty() && !NameRules.isName(names)) || names.length() > LONGEST_PREFIX) {
      throw new ParameterException(
          command.commandLine(),
          "--prefix takes at most %d of A-Za-z0-9._:-, not %s".formatted(LONGEST_PREFIX, names));
    }
    return names;
  }
}
