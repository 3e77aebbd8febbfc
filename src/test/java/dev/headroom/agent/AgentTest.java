package dev.headroom.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.attribution.PodNames;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ReadFailure;
import dev.headroom.agent.simulated.SimulatedProbe;
import dev.headroom.sample.SampleSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentTest {
  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");

  @TempDir Path proc;

  @Test
  void oneThatWasNeverStartedCanBeClosedMoreThanOnce() throws IOException {
    // Given
    Agent agent = agent(new SimulatedProbe(1, List.of(), 1));

    // Then
    assertThatCode(
            () -> {
              agent.close();
              agent.close();
            })
        .doesNotThrowAnyException();
  }

  /// Trouble that stays is said once; when it went and comes back, once more.
  @Test
  void whatIsMissingIsSaidOnceAWhile() throws IOException {
    // Given
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ProbeReading[] reading = {
      new ProbeReading.Unavailable(new ReadFailure("a", "b", ""), "no driver")
    };
    try (Agent agent = agent(probe(reading), said)) {
      // When
      for (int second = 0; second < 60; second++) {
        if (second == 30 || second == 40) {
          reading[0] =
              second == 30
                  ? new ProbeReading.Devices(List.of(), List.of())
                  : new ProbeReading.Unavailable(new ReadFailure("a", "b", ""), "no driver");
        }
        agent.sample(T0.plusSeconds(second));
      }
    }

    // Then
    assertThat(said.toString(UTF_8))
        .isEqualTo("gpu-07: no driver; trying again every 5 s\n".repeat(2));
  }

  private static DeviceProbe probe(ProbeReading[] reading) {
    return new DeviceProbe() {
      @Override
      public SampleSource source() {
        return SampleSource.NVML;
      }

      @Override
      public ProbeReading read() {
        return reading[0];
      }

      @Override
      public void close() {}
    };
  }

  private Agent agent(DeviceProbe probe) throws IOException {
    return agent(probe, new ByteArrayOutputStream());
  }

  private Agent agent(DeviceProbe probe, ByteArrayOutputStream said) throws IOException {
    return new Agent(
        new Agent.Settings(
            "gpu-07",
            Duration.ofSeconds(1),
            1_000,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Map.of("bootstrap.servers", "127.0.0.1:1")),
        probe,
        new JobAttribution(proc, PodNames.none(), null),
        InstantSource.fixed(T0),
        new PrintStream(said, true, UTF_8));
  }
}
