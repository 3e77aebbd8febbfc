package dev.headroom.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description =
        "Run a Kafka broker, the monitor and a simulated cluster, on this machine, until stopped.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--kafka-port",
      defaultValue = "9092",
      description = "The broker's port, or a free one if it is taken (default: ${DEFAULT-VALUE}).")
  private int kafkaPort;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "The monitor's port, or a free one if it is taken (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--jobs",
      defaultValue = "14",
      description = "Simulated jobs (default: ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed gives the same cluster (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--speed",
      defaultValue = "1",
      description =
          "How many times faster than the clock the cluster lives (default: ${DEFAULT-VALUE}).")
  private double speed;

  @Option(
      names = "--past",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "How long the cluster has lived already; what it said then is sent first, at once"
              + " (default: ${DEFAULT-VALUE}).")
  private long past;

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getProperty("headroom.home", "target"));
    try (var demo = new Demo(home, kafkaPort, port, new Demo.Play(jobs, seed, speed, past))) {
      Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "headroom-demo-shutdown"));
      demo.start(System.out::println);
      return demo.watch(System.out::println);
    }
  }
}
