package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.attribution.PodNames;
import dev.headroom.agent.nvml.NvmlProbe;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.publish.AgentMessage;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three days of virtual time on a node of two GPUs, one of which answers with seeded faults: no
/// sample of the other is lost.
class DaysOfFaultsTest {

  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");
  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final int READINGS = (int) Duration.ofDays(3).dividedBy(PERIOD);
  private static final long SEED = Long.getLong("headroom.seed", 1);

  /// Codes that are about a device or a value, not about the driver.
  private static final int[] CODES = {2, 3, 4, 6, 7, 10, 13, 15, 16, 17, 20, 25, 28, 77, 999};

  private static final List<String> CALLS =
      List.of(
          "nvmlDeviceGetHandleByIndex_v2",
          "nvmlDeviceGetUUID",
          "nvmlDeviceGetIndex",
          "nvmlDeviceGetMigMode",
          "nvmlDeviceGetMemoryInfo_v2",
          "nvmlDeviceGetName",
          "nvmlDeviceGetComputeRunningProcesses_v3",
          "nvmlDeviceGetMPSComputeRunningProcesses_v3");

  private final SplittableRandom random = new SplittableRandom(SEED);

  @TempDir Path proc;

  @Test
  void loseNoSampleOfTheSaneDevice() throws IOException {
    // Given
    StandIn nvml = StandIn.ofThisProcess(StandIn.Library.NVML);
    process(11, "faulty");
    process(22, "sane");
    var attribution = new JobAttribution(proc, PodNames.none(), null);
    var sampler = new NodeSampler("gpu-07", SampleSource.NVML, attribution);
    var lost = new ArrayList<String>();
    long failures = 0;

    // When
    try (var probe = new NvmlProbe(pid -> attribution.startTime(pid).isPresent())) {
      for (int i = 0; i < READINGS; i++) {
        long held = 1_000_000_000L + i;
        String fault = fault();
        nvml.script(
            """
            driver 580.95.05
            gpu GPU-0 0 42949672960 %s 600 A
            gpu GPU-1 1 42949672960 5000000000 600 A
            compute GPU-1 22 %d
            %s
            """
                .formatted(random.nextInt(50) == 0 ? "18446744073709551000" : "9000", held, fault));
        if (!(probe.read() instanceof ProbeReading.Devices reading)
            || !isSaid(sampler, reading, T0.plus(PERIOD.multipliedBy(i)), held)) {
          lost.add(i + ": " + fault);
        } else {
          failures += reading.failures().size();
        }
      }
    }

    // Then
    assertThat(lost).isEmpty();
    assertThat(failures).isGreaterThan(READINGS / 4);
    assertThat(sampler.knownDevices()).isLessThanOrEqualTo(2);
    assertThat(sampler.knownProcesses()).isLessThanOrEqualTo(2);
  }

  private static boolean isSaid(
      NodeSampler sampler, ProbeReading.Devices reading, Instant now, long held) {
    return sampler.after(reading.devices(), now).messages().stream()
        .anyMatch(
            message ->
                message instanceof AgentMessage.OfProcess(MemorySample sample)
                    && sample.job().equals("sane")
                    && sample.sizes().processUsed() != null
                    && sample.sizes().processUsed().bytes() == held);
  }

  /// What is wrong with the first GPU at a reading.
  private String fault() {
    return switch (random.nextInt(6)) {
      case 0 -> "compute GPU-0 11 7000";
      case 1 -> "compute GPU-0 11 18446744073707737660";
      case 2 -> "compute GPU-0 4000000000 7000\ncompute GPU-0 11 unknown";
      case 3 -> "compute GPU-0 11 42949672961";
      default ->
          "compute GPU-0 11 7000\nfail %s %d GPU-0 0"
              .formatted(
                  CALLS.get(random.nextInt(CALLS.size())), CODES[random.nextInt(CODES.length)]);
    };
  }

  private void process(long pid, String job) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.writeString(folder.resolve("environ"), "HEADROOM_JOB=" + job + "\0");
    Files.writeString(folder.resolve("stat"), pid + " (python) S" + " 0".repeat(18) + " 1 0\n");
  }
}
