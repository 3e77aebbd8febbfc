package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.attribution.PodNames;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.simulated.SimulatedProbe;
import dev.headroom.sample.SampleSource;
import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An hour of samples without a broker, in virtual time, on a node whose processes are others each
/// minute: what is alive after it is what was alive after ten minutes.
class HourOfSamplesTest {
  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");
  private static final int GPUS = 2;
  private static final int PROCESSES = 16;
  private static final int BUFFER = 2_000;

  /// The hour, in a process where nobody else allocates. Prints by how many bytes the heap grew
  /// from the tenth minute to the last.
  public static final class Main {
    private Main() {}

    // The agent is handed standard output to speak to, not to close.
    @SuppressWarnings("ClosingStandardOutputStreams")
    public static void main(String[] arguments) throws IOException {
      // As for every role without Quarkus, whose log manager would keep what Kafka's client says.
      InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[0]);
      Path proc = Path.of(arguments[0]);
      var settings =
          new Agent.Settings(
              "gpu-07",
              Duration.ofSeconds(1),
              BUFFER,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              Map.of("bootstrap.servers", "127.0.0.1:1"));
      var probe = new RestartedEachMinute(proc);
      long afterTenMinutes = 0;
      try (Agent agent =
          new Agent(
              settings,
              probe,
              new JobAttribution(proc, PodNames.none(), null),
              InstantSource.fixed(T0),
              System.out)) {
        for (int second = 0; second < 3_600; second++) {
          if (second == 600) {
            afterTenMinutes = alive();
          }
          probe.second = second;
          agent.sample(T0.plusSeconds(second));
        }
        System.out.println(alive() - afterTenMinutes);
      }
    }

    /// Bytes in use after a full collection, the least of a few.
    private static long alive() {
      return LongStream.range(0, 4)
          .map(
              _ -> {
                System.gc();
                return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
              })
          .min()
          .orElseThrow();
    }
  }

  private static final class RestartedEachMinute implements DeviceProbe {
    private final Path proc;
    private int second;
    private DeviceProbe probe = new SimulatedProbe(GPUS, List.of(), 1);

    RestartedEachMinute(Path proc) {
      this.proc = proc;
    }

    @Override
    public SampleSource source() {
      return probe.source();
    }

    @Override
    public ProbeReading read() {
      if (second % 60 == 0) {
        long first = 1 + second / 60L * PROCESSES;
        List<Long> pids = LongStream.range(first, first + PROCESSES).boxed().toList();
        pids.forEach(this::replace);
        probe.close();
        probe = new SimulatedProbe(GPUS, pids, 1);
      }
      return probe.read();
    }

    private void replace(long pid) {
      try {
        Path folder = Files.createDirectory(proc.resolve(Long.toString(pid)));
        Files.writeString(folder.resolve("environ"), "HEADROOM_JOB=job-" + pid + "\0");
        Files.writeString(folder.resolve("stat"), pid + " (python) S" + " 0".repeat(18) + " 1 0\n");
        Files.deleteIfExists(proc.resolve(Long.toString(pid - PROCESSES)).resolve("stat"));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      probe.close();
    }
  }

  @Test
  void holdsTheHeapFlat(@TempDir Path proc) throws IOException, InterruptedException {
    // When
    Path log = proc.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName(),
                proc.toString())
            .redirectError(log.toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();

    // Then: in those 50 minutes came 800 processes and 102,000 records, hundreds of bytes each
    assertThat(Long.parseLong(out.strip())).isLessThan(64 * 1024);
  }
}
