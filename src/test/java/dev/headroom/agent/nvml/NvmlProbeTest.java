package dev.headroom.agent.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.headroom.agent.StandIn;
import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceProbeContract;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ProcessReading;
import dev.headroom.agent.probe.ReadFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class NvmlProbeTest implements DeviceProbeContract {

  /// From here on processes are not the host's.
  private static final long STRANGERS = 1_000_000;

  private StandIn nvml;

  @BeforeEach
  void script() throws IOException {
    nvml = StandIn.ofThisProcess(StandIn.Library.NVML);
    nvml.script(TwoGpus.SCRIPT);
  }

  @Override
  public DeviceProbe probe() {
    return new NvmlProbe(pid -> pid < STRANGERS);
  }

  @Test
  void readsGpusAndProcessesToTheByte() {
    assertThat(read()).isEqualTo(TwoGpus.READING);
  }

  @Test
  void readsTheSlicesOfAGpuInMigModeInItsPlace() {
    // Given
    nvml.script(
        """
        driver 580.95.05
        gpu GPU-0 0 85899345920 9000 700 NVIDIA A100-SXM4-80GB
        mig MIG-a GPU-0 1 10200547328 4000 0 NVIDIA A100-SXM4-80GB MIG 1g.10gb
        mig MIG-b GPU-0 5 20937965568 5000 0 NVIDIA A100-SXM4-80GB MIG 2g.20gb
        compute MIG-a 11 3000
        compute MIG-b 12 4500
        """);

    // When
    ProbeReading reading = read();

    // Then
    assertThat(reading)
        .isEqualTo(
            new ProbeReading.Devices(
                List.of(
                    slice("MIG-a", "1g.10gb", 10200547328L, 4000, 11, 3000),
                    slice("MIG-b", "2g.20gb", 20937965568L, 5000, 12, 4500)),
                List.of()));
  }

  /// gpustat#84, #18 and #89: a process that several lists name is one.
  @Test
  void aProcessInBothListsIsReadOnceWithTheLargerFigure() {
    // Given
    nvml.script(
        """
        gpu GPU-0 0 1000 500 0 A
        compute GPU-0 7 unknown
        mps GPU-0 7 300
        compute GPU-0 8 200
        mps GPU-0 8 100
        """);

    // When
    List<DeviceReading> devices = DeviceProbeContract.devices(read());

    // Then
    assertThat(devices.getFirst().processes())
        .containsExactly(new ProcessReading(7, 300L), new ProcessReading(8, 200L));
  }

  @Test
  void readsMoreProcessesThanItHadRoomFor() {
    // Given
    StringBuilder script = new StringBuilder("gpu GPU-0 0 1000000 500 0 A\n");
    for (int pid = 1; pid <= 300; pid++) {
      script.append("compute GPU-0 ").append(pid).append(" 1\n");
    }
    nvml.script(script.toString());

    // When
    List<DeviceReading> devices = DeviceProbeContract.devices(read());

    // Then
    assertThat(devices.getFirst().processes()).hasSize(300);
  }

  /// HAMi#1181: a figure that wrapped below zero, of one process of one GPU.
  @Test
  void aValueThatCannotBeIsUnknownAndAllElseIsRead() {
    // Given
    nvml.script(
        TwoGpus.SCRIPT
            + """
            gpu GPU-2 2 1000 18446744073709551000 0 A
            compute GPU-0 1002 18446744073707737660
            compute GPU-1 1003 42949672961
            compute GPU-2 1004 500
            """);

    // When, then
    assertThat(read())
        .isEqualTo(
            new ProbeReading.Devices(
                List.of(
                    TwoGpus.gpu0(
                        0,
                        TwoGpus.GPU_0.model(),
                        List.of(
                            new ProcessReading(1002, null),
                            new ProcessReading(4711, 5517606912L),
                            new ProcessReading(4712, 1048576L))),
                    new DeviceReading(
                        "GPU-1",
                        1,
                        TwoGpus.GPU_1.model(),
                        TwoGpus.GPU_1.driver(),
                        null,
                        TwoGpus.GPU_1.totalBytes(),
                        TwoGpus.GPU_1.usedBytes(),
                        TwoGpus.GPU_1.freeBytes(),
                        TwoGpus.GPU_1.driverReservedBytes(),
                        List.of(new ProcessReading(1003, null), new ProcessReading(4713, null))),
                    new DeviceReading(
                        "GPU-2",
                        2,
                        "A",
                        TwoGpus.GPU_1.driver(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(new ProcessReading(1004, 500L)))),
                List.of(
                    impossible("nvmlDeviceGetComputeRunningProcesses_v3", "GPU-0"),
                    impossible("nvmlDeviceGetComputeRunningProcesses_v3", "GPU-1"),
                    impossible("nvmlDeviceGetMemoryInfo_v2", "GPU-2"))));
  }

  private static ReadFailure impossible(String call, String gpu) {
    return new ReadFailure(call, "impossible_value", gpu);
  }

  /// all-smi#80, gpustat#179: a GPU without memory of its own.
  @Test
  void processesOfAGpuWithoutMemoryAreRead() {
    // Given
    nvml.script(
        """
        gpu GPU-0 0 0 0 0 NVIDIA GB10
        compute GPU-0 4711 65498251264
        fail nvmlDeviceGetMemoryInfo 3 * 0
        fail nvmlDeviceGetMemoryInfo_v2 3 * 0
        """);

    // When
    List<DeviceReading> devices = DeviceProbeContract.devices(read());

    // Then
    assertThat(devices.getFirst().totalBytes()).isNull();
    assertThat(devices.getFirst().processes())
        .containsExactly(new ProcessReading(4711, 65498251264L));
  }

  /// go-nvml#21 and #75, nvitop#79 and #88, pynvml#48 and #50: drivers 535.43 to 535.98 answer the
  /// newest call with structures of 32 bytes for 24.
  @Test
  void aListOfProcessesThatTheHostDoesNotHaveIsAskedForByTheCallBefore() {
    // Given
    nvml.script(
        """
        gpu GPU-0 0 1000 500 0 A
        compute GPU-0 7 100
        compute GPU-0 8 200
        compute GPU-0 9 150
        longer
        """);

    // When, then
    assertThat(read())
        .isEqualTo(
            new ProbeReading.Devices(
                List.of(
                    new DeviceReading(
                        "GPU-0",
                        0,
                        "A",
                        "",
                        null,
                        1000L,
                        500L,
                        500L,
                        0L,
                        List.of(
                            new ProcessReading(7, 100L),
                            new ProcessReading(8, 200L),
                            new ProcessReading(9, 150L)))),
                List.of(
                    new ReadFailure(
                        "nvmlDeviceGetComputeRunningProcesses_v3", "unknown_processes", "GPU-0"))));
  }

  /// nvidia-container-toolkit#842 (no permission to ask a GPU in MIG mode for its memory), nvitop#5
  /// (a driver of MIG's first year): the slices are read, and so is the other GPU.
  @Test
  void aGpuInMigModeThatDoesNotTellItsMemoryIsReadByItsSlices() {
    // Given
    nvml.script(
        """
        driver 470.42.01
        gpu GPU-0 0 42505273344 14987362304 0 NVIDIA A100-SXM4-40GB
        gpu GPU-1 1 1000 500 0 A
        mig MIG-a GPU-0 1 10200547328 4000 0 NVIDIA A100-SXM4-40GB MIG 2g.10gb
        compute MIG-a 11 3000
        compute GPU-1 12 100
        fail nvmlDeviceGetMemoryInfo 4 GPU-0 0
        fail nvmlDeviceGetMemoryInfo_v2 4 GPU-0 0
        """);

    // When
    List<DeviceReading> devices = DeviceProbeContract.devices(read());

    // Then
    assertThat(devices).extracting(DeviceReading::gpu).containsExactly("MIG-a", "GPU-1");
    assertThat(devices).extracting(DeviceReading::totalBytes).containsExactly(10200547328L, 1000L);
    assertThat(devices.getFirst().processes()).containsExactly(new ProcessReading(11, 3000L));
  }

  @Test
  void memoryOfAnOlderDriverHasNoReservedPart() {
    // Given
    nvml.script(TwoGpus.SCRIPT + "fail nvmlDeviceGetMemoryInfo_v2 13 * 0\n");

    // When
    List<DeviceReading> devices = DeviceProbeContract.devices(read());

    // Then
    assertThat(devices).extracting(DeviceReading::driverReservedBytes).containsOnlyNulls();
    assertThat(devices.getFirst().usedBytes()).isEqualTo(5931794432L + 643825664L);
  }

  @Test
  void anUnpluggedGpuIsLeftOutAndTheOthersStay() {
    // Given
    try (DeviceProbe probe = probe()) {
      assertThat(DeviceProbeContract.devices(probe.read()))
          .containsExactly(TwoGpus.GPU_0, TwoGpus.GPU_1);

      // When
      nvml.script(
          TwoGpus.SCRIPT
              .lines()
              .filter(line -> !line.contains("GPU-0"))
              .collect(Collectors.joining("\n")));

      // Then
      assertThat(probe.read())
          .isEqualTo(new ProbeReading.Devices(List.of(TwoGpus.GPU_1), List.of()));
    }
  }

  @Test
  void aLostGpuIsLookedForAgainByANewStart(@TempDir Path folder) throws IOException {
    // Given
    Path calls = folder.resolve("calls");
    nvml.script(TwoGpus.SCRIPT + "fail nvmlDeviceGetUUID 15 GPU-0 0\ncalls " + calls + "\n");
    try (DeviceProbe probe = probe()) {
      // When
      for (int i = 0; i < 31; i++) {
        assertThat(probe.read())
            .isEqualTo(
                new ProbeReading.Devices(
                    List.of(TwoGpus.GPU_1),
                    List.of(new ReadFailure("nvmlDeviceGetUUID", "gpu_is_lost", ""))));
      }
    }

    // Then
    assertThat(Files.readAllLines(calls)).filteredOn("nvmlInit_v2"::equals).hasSize(2);
  }

  /// Every code at the call that decides about the driver, a device, or one value of it.
  @ParameterizedTest
  @EnumSource(value = NvmlReturn.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void everyCodeAtTheStartMeansUnavailableAndTheNextStartWorks(NvmlReturn code) {
    // Given
    nvml.script(TwoGpus.SCRIPT + "fail nvmlInit_v2 " + code.code() + " * 1\n");
    try (DeviceProbe probe = probe()) {
      // When
      ProbeReading first = probe.read();
      ProbeReading second = probe.read();

      // Then
      assertThat(first)
          .isEqualTo(
              new ProbeReading.Unavailable(
                  new ReadFailure("nvmlInit_v2", code.reason(), ""), NvmlAdvice.of(code)));
      assertThat(second).isEqualTo(TwoGpus.READING);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.headroom.agent.nvml.RefusedCalls#callsAndCodes")
  void everyCodeAtEveryCallLeavesTheValueAbsentAndNamesTheReason(String call, NvmlReturn code) {
    // Given
    nvml.script(TwoGpus.SCRIPT + "fail " + call + " " + code.code() + " * 1\n");
    try (DeviceProbe probe = probe()) {
      // When
      ProbeReading failed = probe.read();
      ProbeReading next = probe.read();

      // Then
      assertThat(failed).isEqualTo(RefusedCalls.expected(call, code));
      assertThat(next).isEqualTo(TwoGpus.READING);
    }
  }

  @Test
  void anUnknownCodeOfANewerDriverIsNotFatal() {
    // Given
    nvml.script(TwoGpus.SCRIPT + "fail nvmlDeviceGetName 77 GPU-0 0\n");

    // Then
    assertThatCode(this::read).doesNotThrowAnyException();
    assertThat(read())
        .isEqualTo(
            TwoGpus.devices(
                new ReadFailure("nvmlDeviceGetName", "unknown", "GPU-0"),
                TwoGpus.gpu0(0, null, TwoGpus.GPU_0.processes()),
                TwoGpus.GPU_1));
  }

  private ProbeReading read() {
    try (DeviceProbe probe = probe()) {
      return probe.read();
    }
  }

  private static DeviceReading slice(
      String uuid, String profile, long total, long used, long pid, long bytes) {
    return new DeviceReading(
        uuid,
        0,
        "NVIDIA A100-SXM4-80GB",
        "580.95.05",
        profile,
        total,
        used,
        total - used,
        0L,
        List.of(new ProcessReading(pid, bytes)));
  }
}
