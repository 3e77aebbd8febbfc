package dev.headroom.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.attribution.PodNames;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ReadFailure;
import dev.headroom.sample.SampleSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessagePrinterTest {

  @TempDir Path proc;

  @Test
  void messagesAreLinesOfJsonAndTroublesAreComments() {
    // Given
    var gpu = new DeviceReading("GPU-0", 0, "A", "580", null, 1000L, 400L, 500L, 100L, List.of());
    var readings =
        new ArrayDeque<ProbeReading>(
            List.of(
                new ProbeReading.Unavailable(new ReadFailure("a", "b", ""), "no driver"),
                new ProbeReading.Devices(
                    List.of(gpu), List.of(new ReadFailure("name", "unknown", "GPU-0"))),
                new ProbeReading.Devices(List.of(), List.of())));
    var out = new ByteArrayOutputStream();

    // When it is interrupted after the last
    assertThatThrownBy(
            () ->
                MessagePrinter.run(
                    "gpu-07",
                    Duration.ofMillis(10),
                    probe(readings, () -> {}),
                    new JobAttribution(proc, PodNames.none(), null),
                    InstantSource.fixed(Instant.parse("2026-11-23T21:00:00Z")),
                    new PrintStream(out, false, UTF_8)))
        .isInstanceOf(InterruptedException.class);

    // Then
    List<String> lines = out.toString(UTF_8).lines().toList();
    assertThat(lines.get(0)).isEqualTo("# no driver");
    assertThat(lines.get(1)).startsWith("# ").contains("name", "unknown", "GPU-0");
    assertThat(lines.get(2)).startsWith("{").contains("\"GPU-0\"", "\"gpu-07\"", "2026-11-23");
  }

  @Test
  void aMessageIsNotOlderThanItSays() {
    // Given a reading that takes a while
    var start = Instant.parse("2026-11-23T21:00:00Z");
    var now = new AtomicReference<>(start);
    var gpu = new DeviceReading("GPU-0", 0, "A", "580", null, 1000L, 400L, 500L, 100L, List.of());
    var readings =
        new ArrayDeque<ProbeReading>(List.of(new ProbeReading.Devices(List.of(gpu), List.of())));
    var out = new ByteArrayOutputStream();
    DeviceProbe slow = probe(readings, () -> now.set(start.plusSeconds(5)));
    // When
    assertThatThrownBy(
            () ->
                MessagePrinter.run(
                    "gpu-07",
                    Duration.ofMillis(10),
                    slow,
                    new JobAttribution(proc, PodNames.none(), null),
                    now::get,
                    new PrintStream(out, false, UTF_8)))
        .isInstanceOf(InterruptedException.class);
    // Then its time is the one before
    assertThat(out.toString(UTF_8)).contains("\"time\":\"2026-11-23T21:00:00Z\"");
  }

  private static DeviceProbe probe(ArrayDeque<ProbeReading> readings, Runnable whileReading) {
    return new DeviceProbe() {
      @Override
      public SampleSource source() {
        return SampleSource.NVML;
      }

      @Override
      public ProbeReading read() {
        whileReading.run();
        if (readings.size() == 1) {
          Thread.currentThread().interrupt();
        }
        return readings.remove();
      }

      @Override
      public void close() {}
    };
  }
}
