package dev.headroom.cli;

import dev.headroom.cli.demo.ClusterOptions;
import dev.headroom.simulator.Simulator;
import dev.headroom.wire.KafkaSettings;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "simulate",
    description = "Publish what a simulated cluster of training jobs says; a load generator.",
    mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--rate",
      paramLabel = "HZ",
      defaultValue = "1",
      description =
          "Samples a second of each job's reporter, and as many of its agent (default:"
              + " ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long; 0 until it is stopped (default: ${DEFAULT-VALUE}).")
  private long seconds;

  @Option(
      names = "--kafka",
      defaultValue = "127.0.0.1:9092",
      description =
          "The brokers, where HEADROOM_KAFKA names none (default: ${DEFAULT-VALUE}). HEADROOM_KAFKA_…"
              + " passes any client property.")
  private String kafka = "";

  @Override
  public Integer call() throws InterruptedException {
    var simulator =
        new Simulator(
            new Simulator.Settings(
                cluster.jobs,
                rate,
                cluster.seed,
                cluster.speed,
                cluster.past,
                KafkaSettings.of(System.getenv(), kafka)));
    var closing = new Thread(simulator::close, "headroom-simulator-shutdown");
    Runtime.getRuntime().addShutdownHook(closing);
    simulator.start();
    System.out.printf(
        "headroom simulate: %d jobs on %d GPUs, seed %d%n",
        cluster.jobs, simulator.gpus(), cluster.seed);
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
      told = sent;
      before = now;
    }
    return simulator.sent() > 0 && simulator.failed() == 0 ? 0 : 1;
  }
}
