package dev.headroom.cli.demo;

import dev.headroom.cli.option.ClusterOptions;
import dev.headroom.cli.option.OptionRange;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description =
        "Run a Kafka broker, the monitor and a simulated cluster, on this machine, until stopped.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

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
    OptionRange range = OptionRange.of(spec);
    cluster.require(range);
    range.requirePort("--kafka-port", kafkaPort);
    range.requirePort("--port", port);
    Path home = Path.of(System.getProperty("headroom.home", "target"));
    try (var demo =
        new Demo(
            home,
            kafkaPort,
            port,
            new Demo.SimulationOptions(cluster.jobs, cluster.seed, cluster.speed, cluster.past))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(demo), "headroom-demo-shutdown"));
      demo.start(System.out::println);
      return demo.watch(System.out::println);
    }
  }

  private static void end(Demo demo) {
    demo.close();
    System.out.println("stopped; logs are in " + demo.logs());
  }
}
