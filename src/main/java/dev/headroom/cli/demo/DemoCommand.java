package dev.headroom.cli.demo;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description =
        "Run a Kafka broker, the monitor and a simulated cluster, on this machine, until stopped.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

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

  @Override
  public Integer call() throws Exception {
    Path home = Path.of(System.getProperty("headroom.home", "target"));
    try (var demo =
        new Demo(
            home,
            kafkaPort,
            port,
            new Demo.SimulationOptions(cluster.jobs, cluster.seed, cluster.speed, cluster.past))) {
      Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "headroom-demo-shutdown"));
      demo.start(System.out::println);
      return demo.watch(System.out::println);
    }
  }
}
