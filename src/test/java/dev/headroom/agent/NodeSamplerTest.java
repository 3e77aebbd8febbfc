package dev.headroom.agent;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.attribution.JobAttribution;
import dev.headroom.agent.attribution.PodNames;
import dev.headroom.agent.attribution.ProcessOwner;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProcessReading;
import dev.headroom.agent.publish.AgentMessage;
import dev.headroom.sample.SampleSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSamplerTest {
  private static final Instant T0 = Instant.parse("2026-11-23T21:00:00Z");

  @TempDir Path proc;
  private NodeSampler sampler;

  @BeforeEach
  void sampler() {
    sampler =
        new NodeSampler(
            "gpu-07", SampleSource.NVML, new JobAttribution(proc, PodNames.none(), null));
  }

  @Test
  void aJobsProcessAndItsDeviceAreSaidInTheContractsForm() throws IOException {
    // Given
    process(4711, 1, "HEADROOM_JOB=resnet50-7f3a\0HEADROOM_RUN=2\0RANK=0\0");

    // When
    NodeSampler.Result result =
        sampler.after(
            List.of(
                device(
                    5931794432L,
                    new ProcessReading(4711, 5517606912L),
                    new ProcessReading(99, null))),
            T0);

    // Then
    assertThat(said(result))
        .isEqualTo(
            """
            headroom.memory-samples resnet50-7f3a {"schema":"headroom/memory-sample/1",\
            "job":"resnet50-7f3a","run":"2","rank":0,"host":"gpu-07","pid":4711,"gpu":"GPU-0",\
            "time":"2026-11-23T21:00:00Z","source":"nvml","process_used_bytes":5517606912,\
            "device_used_bytes":5931794432,"device_total_bytes":42949672960}
            headroom.device-samples GPU-0 {"schema":"headroom/device-sample/1","gpu":"GPU-0",\
            "host":"gpu-07","time":"2026-11-23T21:00:00Z","total_bytes":42949672960,\
            "used_bytes":5931794432,"index":0,"model":"A100","driver":"580.95.05",\
            "driver_reserved_bytes":600,"free_bytes":100,"processes":[{"pid":4711,\
            "used_bytes":5517606912,"job":"resnet50-7f3a","rank":0},{"pid":99}]}""");
    assertThat(result.byRule()).isEqualTo(Map.of(ProcessOwner.Rule.ENVIRONMENT, 1));
    assertThat(result.unattributed()).isEqualTo(1);
  }

  @Test
  void whoseJobItIsIsSaidInEverySampleOfItsProcess() throws IOException {
    // Given
    process(7, 1, "HEADROOM_JOB=a\0HEADROOM_OWNER=alice\0SLURM_JOB_ACCOUNT=acc1\0");
    String owned = "\"gpu\":\"GPU-0\",\"owner\":\"alice\",\"team\":\"acc1\",\"time\":";

    // Then
    assertThat(said(sampler.after(List.of(withoutMemory("A100")), T0))).contains(owned);

    // When it is no more
    Files.delete(proc.resolve("7/stat"));

    // Then
    assertThat(said(sampler.after(List.of(), T0.plusSeconds(1))))
        .contains(owned, "\"phase\":\"ended\"");
  }

  /// all-smi#80, gpustat#179: the driver does not say what the device holds.
  @Test
  void aProcessOnADeviceOfUnknownSizeIsSaidWithoutIt() throws IOException {
    // Given
    process(7, 1, "HEADROOM_JOB=a\0");

    // When
    String said = said(sampler.after(List.of(withoutMemory("A100")), T0));

    // Then
    assertThat(said)
        .isEqualTo(
            """
            headroom.memory-samples a {"schema":"headroom/memory-sample/1","job":"a",\
            "host":"gpu-07","pid":7,"gpu":"GPU-0","time":"2026-11-23T21:00:00Z","source":"nvml",\
            "process_used_bytes":65498251264}""");

    // When it is no more
    Files.delete(proc.resolve("7/stat"));

    // Then
    assertThat(said(sampler.after(List.of(), T0.plusSeconds(1))))
        .endsWith("\"source\":\"nvml\",\"phase\":\"ended\",\"process_used_bytes\":0}");
  }

  @Test
  void anIntegratedGpuHasTheMemoryOfTheHost() throws IOException {
    // Given
    process(7, 1, "HEADROOM_JOB=a\0");
    Files.writeString(
        proc.resolve("meminfo"),
        "MemTotal:       125829120 kB\nMemFree:  1 kB\nMemAvailable:   41943040 kB\n");

    // When
    String said = said(sampler.after(List.of(withoutMemory("NVIDIA GB10")), T0));

    // Then
    assertThat(said)
        .contains("\"process_used_bytes\":65498251264}")
        .contains(
            "headroom.device-samples GPU-0",
            "\"total_bytes\":128849018880,\"used_bytes\":85899345920",
            "\"free_bytes\":42949672960");
  }

  private static DeviceReading withoutMemory(String model) {
    return new DeviceReading(
        "GPU-0",
        0,
        model,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(new ProcessReading(7, 65_498_251_264L)));
  }

  @Test
  void aDeviceIsSaidOnChangeAndEveryTenSeconds() {
    // When
    String said =
        LongStream.range(0, 24)
            .filter(
                second -> {
                  long used = second < 5 ? 100 : 200;
                  return !sampler
                      .after(List.of(device(used)), T0.plusSeconds(second))
                      .messages()
                      .isEmpty();
                })
            .mapToObj(Long::toString)
            .collect(joining(" "));

    // Then
    assertThat(said).isEqualTo("0 5 15");
  }

  @Test
  void aDeviceThatStaysAwayIsTakenBackOnce() {
    // Given
    sampler.after(List.of(device(100)), T0);

    // Then
    assertThat(sampler.after(List.of(), T0.plusSeconds(29)).messages()).isEmpty();
    assertThat(said(sampler.after(List.of(), T0.plusSeconds(30))))
        .isEqualTo("headroom.device-samples GPU-0 null");
    assertThat(sampler.after(List.of(), T0.plusSeconds(31)).messages()).isEmpty();
    assertThat(sampler.knownDevices()).isZero();
  }

  @Test
  void aPidThatWasGivenToAnotherProcessIsAskedAnewAndItsFirstOwnerEnded() throws IOException {
    // Given
    process(7, 1, "HEADROOM_JOB=first\0");
    List<DeviceReading> reading = List.of(device(100, new ProcessReading(7, 1L)));
    assertThat(said(sampler.after(reading, T0))).contains("\"job\":\"first\"");

    // When
    process(7, 2, "HEADROOM_JOB=second\0");
    String said = said(sampler.after(reading, T0.plusSeconds(1)));

    // Then
    assertThat(said.lines())
        .filteredOn(line -> line.contains("\"job\":\"first\""))
        .singleElement()
        .asString()
        .contains("\"phase\":\"ended\"");
    assertThat(said).contains("\"job\":\"second\"");
  }

  @Test
  void aProcessThatTheDriverListsAfterItsEndIsStillItsOwnersUntilTheDriverLetsGo()
      throws IOException {
    // Given
    process(7, 1, "HEADROOM_JOB=a\0");
    List<DeviceReading> reading = List.of(device(100, new ProcessReading(7, 1L)));
    sampler.after(reading, T0);

    // When
    Files.delete(proc.resolve("7/stat"));
    Files.delete(proc.resolve("7/environ"));

    // Then
    assertThat(said(sampler.after(reading, T0.plusSeconds(1))))
        .contains("\"job\":\"a\"")
        .doesNotContain("ended");
    assertThat(said(sampler.after(List.of(device(100)), T0.plusSeconds(2))))
        .contains("\"job\":\"a\"", "\"phase\":\"ended\"");
  }

  @Test
  void aJobsProcessThatIsGoneIsSaidToHaveEndedOnce() throws IOException {
    // Given
    process(7, 1, "HEADROOM_JOB=a\0RANK=3\0");
    List<DeviceReading> idle = List.of(device(100));
    sampler.after(List.of(device(100, new ProcessReading(7, 1L))), T0);

    // When it only left the GPU
    assertThat(said(sampler.after(idle, T0.plusSeconds(1)))).doesNotContain("ended");

    // When it is no more
    Files.delete(proc.resolve("7/stat"));
    String said = said(sampler.after(idle, T0.plusSeconds(2)));

    // Then
    assertThat(said)
        .isEqualTo(
            """
            headroom.memory-samples a {"schema":"headroom/memory-sample/1","job":"a","rank":3,\
            "host":"gpu-07","pid":7,"gpu":"GPU-0","time":"2026-11-23T21:00:02Z","source":"nvml",\
            "phase":"ended","device_used_bytes":100,"device_total_bytes":42949672960}""");
    assertThat(said(sampler.after(idle, T0.plusSeconds(3)))).isEmpty();
    assertThat(sampler.knownProcesses()).isZero();
  }

  @Test
  void nobodysProcessIsAskedAgainAfterTenSeconds() throws IOException {
    // Given
    process(7, 1, "PATH=/bin\0");
    List<DeviceReading> reading = List.of(device(100, new ProcessReading(7, 1L)));
    assertThat(sampler.after(reading, T0).unattributed()).isEqualTo(1);
    process(7, 1, "HEADROOM_JOB=late\0");

    // Then
    assertThat(sampler.after(reading, T0.plusSeconds(9)).unattributed()).isEqualTo(1);
    assertThat(sampler.after(reading, T0.plusSeconds(10)).unattributed()).isZero();
  }

  @Test
  void aProcessOfAnotherPidNamespaceIsLeftOut() {
    assertThat(said(sampler.after(List.of(device(100, new ProcessReading(0, 5L))), T0)))
        .doesNotContain("processes\":[{");
  }

  private static String said(NodeSampler.Result result) {
    return result.messages().stream()
        .map(AgentMessage::record)
        .map(record -> record.topic() + " " + text(record.key()) + " " + text(record.value()))
        .collect(joining("\n"));
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static DeviceReading device(long used, ProcessReading... processes) {
    return new DeviceReading(
        "GPU-0", 0, "A100", "580.95.05", null, 42949672960L, used, 100L, 600L, List.of(processes));
  }

  private void process(long pid, int startTime, String environ) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
    Files.writeString(folder.resolve("environ"), environ);
    Files.writeString(
        folder.resolve("stat"), pid + " (python) S" + " 0".repeat(18) + " " + startTime + " 0\n");
  }
}
