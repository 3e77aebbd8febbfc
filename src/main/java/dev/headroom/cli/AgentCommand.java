package dev.headroom.cli;

import dev.headroom.agent.Agent;
import dev.headroom.agent.MessagePrinter;
import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.cuda.CudaProbe;
import dev.headroom.agent.kubelet.PodResources;
import dev.headroom.agent.nvml.NvmlProbe;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.simulated.SimulatedProbe;
import dev.headroom.cli.option.KafkaOption;
import dev.headroom.cli.option.OptionRange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "agent",
    description = "Sample this node's GPUs and publish what each job's processes hold.",
    mixinStandardHelpOptions = true)
final class AgentCommand implements Callable<Integer> {

  private static final Duration KUBELET_TIMEOUT = Duration.ofSeconds(5);

  private static final long LONGEST_PERIOD = Duration.ofHours(1).toMillis();
  private static final int LARGEST_BUFFER = 10_000_000;
  private static final int MOST_SIMULATED_GPUS = 64;

  /// What reads the devices.
  enum Probe {
    nvml,
    cuda,
    simulated
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--probe",
      defaultValue = "nvml",
      description = "What reads the GPUs: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Probe probe = Probe.nvml;

  @Mixin private final KafkaOption kafka = new KafkaOption();

  @Option(
      names = "--period",
      defaultValue = "1000",
      description = "Milliseconds from one sample to the next (default: ${DEFAULT-VALUE}).")
  private long periodMillis = 1000;

  @Option(
      names = "--listen",
      defaultValue = "127.0.0.1:9401",
      description =
          "Where /metrics and /q/health are served; port 0 takes a free one (default:"
              + " ${DEFAULT-VALUE}).")
  private String listen = "127.0.0.1:9401";

  @Option(
      names = "--host",
      defaultValue = "${env:HEADROOM_HOST}",
      description =
          "What this node is called in samples (default: HEADROOM_HOST or its host name).")
  private @Nullable String host;

  @Option(
      names = "--job-pattern",
      description =
          "A regular expression with a group (?<job>…), tried on the command line of processes that"
              + " no other rule knows.")
  private @Nullable Pattern jobPattern;

  @Option(
      names = "--proc",
      defaultValue = "/proc",
      description = "Where the node's /proc is (default: ${DEFAULT-VALUE}).")
  private Path proc = Path.of("/proc");

  @Option(
      names = "--pod-resources",
      defaultValue = "/var/lib/kubelet/pod-resources/kubelet.sock",
      description =
          "The socket by which the kubelet tells which pod holds which GPU; asked for processes of"
              + " pods only (default: ${DEFAULT-VALUE}).")
  private Path podResources = Path.of("/var/lib/kubelet/pod-resources/kubelet.sock");

  @Option(
      names = "--buffer",
      defaultValue = "10000",
      description =
          "Records that may wait for the broker; the newest win (default: ${DEFAULT-VALUE}).")
  private int buffer = 10_000;

  @Option(
      names = "--simulated-gpus",
      defaultValue = "2",
      description = "GPUs of the simulated probe (default: ${DEFAULT-VALUE}).")
  private int simulatedGpus = 2;

  @Option(
      names = "--print",
      description = "Print the messages, one a line, and send none: needs no broker.")
  private boolean print;

  // The agent is handed standard error to speak to, not to close.
  @SuppressWarnings("ClosingStandardOutputStreams")
  @Override
  public Integer call() throws IOException, InterruptedException {
    OptionRange range = OptionRange.of(spec);
    range.require("--period", periodMillis, 1, LONGEST_PERIOD);
    range.require("--buffer", buffer, 1, LARGEST_BUFFER);
    range.require("--simulated-gpus", simulatedGpus, 1, MOST_SIMULATED_GPUS);
    InetSocketAddress metrics = address(range);
    String node = host == null || host.isBlank() ? hostName() : host;
    JobAttribution attribution =
        new JobAttribution(
            proc,
            new PodResources(podResources, InstantSource.system(), KUBELET_TIMEOUT),
            jobPattern);
    if (print) {
      try (DeviceProbe probe = probe(attribution)) {
        MessagePrinter.run(
            node,
            Duration.ofMillis(periodMillis),
            probe,
            attribution,
            InstantSource.system(),
            System.out);
      }
    }
    Agent.Settings settings =
        new Agent.Settings(
            node, Duration.ofMillis(periodMillis), buffer, metrics, kafka.settings());
    try (Agent agent =
        new Agent(settings, probe(attribution), attribution, InstantSource.system(), System.err)) {
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "headroom-agent-shutdown"));
      agent.start();
      System.out.printf(
          "headroom agent: %s, metrics and health on port %d%n", settings.host(), agent.port());
      agent.join();
    }
    return 0;
  }

  private DeviceProbe probe(JobAttribution attribution) {
    return switch (probe) {
      case nvml -> new NvmlProbe(pid -> attribution.startTime(pid).isPresent());
      case cuda -> new CudaProbe();
      case simulated ->
          new SimulatedProbe(simulatedGpus, List.of(ProcessHandle.current().pid()), 1);
    };
  }

  private InetSocketAddress address(OptionRange range) {
    int colon = listen.lastIndexOf(':');
    int port;
    try {
      port = Integer.parseInt(listen.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new ParameterException(
          range.command().commandLine(),
          "--listen must be ADDRESS:PORT, such as 127.0.0.1:9401, not " + listen,
          e);
    }
    range.requirePort("the port of --listen", port);
    return new InetSocketAddress(colon < 0 ? "127.0.0.1" : listen.substring(0, colon), port);
  }

  private static String hostName() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }
}
