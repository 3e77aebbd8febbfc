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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class NvmlProbeTest implements DeviceProbeContract {

  private static final String TWO_GPUS =
      """
      driver 580.95.05
      gpu GPU-0 0 42949672960 5931794432 643825664 NVIDIA A100-SXM4-40GB
      gpu GPU-1 1 42949672960 1000 643825664 NVIDIA A100-SXM4-40GB
      compute GPU-0 4711 5517606912
      mps GPU-0 4712 1048576
      compute GPU-1 4713 unknown
      """;

  private static final DeviceReading GPU_0 =
      new DeviceReading(
          "GPU-0",
          0,
          "NVIDIA A100-SXM4-40GB",
          "580.95.05",
          null,
          42949672960L,
          5931794432L,
          36374052864L,
          643825664L,
          List.of(new ProcessReading(4711, 5517606912L), new ProcessReading(4712, 1048576L)));

  private static final DeviceReading GPU_1 =
      new DeviceReading(
          "GPU-1",
          1,
          "NVIDIA A100-SXM4-40GB",
          "580.95.05",
          null,
          42949672960L,
          1000L,
          42305846296L,
          643825664L,
          List.of(new ProcessReading(4713, null)));

  /// From here on processes are not the host's.
  private static final long STRANGERS = 1_000_000;

  private StandIn nvml;

  @BeforeEach
  void script() throws IOException {
    nvml = StandIn.ofThisProcess(StandIn.Library.NVML);
    nvml.script(TWO_GPUS);
  }

  @Override
  public DeviceProbe probe() {
    return new NvmlProbe(pid -> pid < STRANGERS);
  }

  @Test
  void readsGpusAndProcessesToTheByte() {
    assertThat(read()).isEqualTo(new ProbeReading.Devices(List.of(GPU_0, GPU_1), List.of()));
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
        TWO_GPUS
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
                    gpu0(
                        0,
                        GPU_0.model(),
                        List.of(
                            new ProcessReading(1002, null),
                            new ProcessReading(4711, 5517606912L),
                            new ProcessReading(4712, 1048576L))),
                    new DeviceReading(
                        "GPU-1",
                        1,
                        GPU_1.model(),
                        GPU_1.driver(),
                        null,
                        GPU_1.totalBytes(),
                        GPU_1.usedBytes(),
                        GPU_1.freeBytes(),
                        GPU_1.driverReservedBytes(),
                        List.of(new ProcessReading(1003, null), new ProcessReading(4713, null))),
                    new DeviceReading(
                        "GPU-2",
                        2,
                        "A",
                        GPU_1.driver(),
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
    nvml.script(TWO_GPUS + "fail nvmlDeviceGetMemoryInfo_v2 13 * 0\n");

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
      assertThat(DeviceProbeContract.devices(probe.read())).containsExactly(GPU_0, GPU_1);

      // When
      nvml.script(
          TWO_GPUS
              .lines()
              .filter(line -> !line.contains("GPU-0"))
              .collect(Collectors.joining("\n")));

      // Then
      assertThat(probe.read()).isEqualTo(new ProbeReading.Devices(List.of(GPU_1), List.of()));
    }
  }

  @Test
  void aLostGpuIsLookedForAgainByANewStart(@TempDir Path folder) throws IOException {
    // Given
    Path calls = folder.resolve("calls");
    nvml.script(TWO_GPUS + "fail nvmlDeviceGetUUID 15 GPU-0 0\ncalls " + calls + "\n");
    try (DeviceProbe probe = probe()) {
      // When
      for (int i = 0; i < 31; i++) {
        assertThat(probe.read())
            .isEqualTo(
                new ProbeReading.Devices(
                    List.of(GPU_1),
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
    nvml.script(TWO_GPUS + "fail nvmlInit_v2 " + code.code() + " * 1\n");
    try (DeviceProbe probe = probe()) {
      // When
      ProbeReading first = probe.read();
      ProbeReading second = probe.read();

      // Then
      assertThat(first)
          .isEqualTo(
              new ProbeReading.Unavailable(
                  new ReadFailure("nvmlInit_v2", code.reason(), ""), NvmlAdvice.of(code)));
      assertThat(second).isEqualTo(new ProbeReading.Devices(List.of(GPU_0, GPU_1), List.of()));
    }
  }

  @ParameterizedTest
  @MethodSource("callsAndCodes")
  void everyCodeAtEveryCallLeavesTheValueAbsentAndNamesTheReason(String call, NvmlReturn code) {
    // Given
    nvml.script(TWO_GPUS + "fail " + call + " " + code.code() + " * 1\n");
    try (DeviceProbe probe = probe()) {
      // When
      ProbeReading failed = probe.read();
      ProbeReading next = probe.read();

      // Then
      assertThat(failed).isEqualTo(expected(call, code));
      assertThat(next).isEqualTo(new ProbeReading.Devices(List.of(GPU_0, GPU_1), List.of()));
    }
  }

  static Stream<Arguments> callsAndCodes() {
    return Stream.of(
            "nvmlDeviceGetCount_v2",
            "nvmlSystemGetDriverVersion",
            "nvmlDeviceGetHandleByIndex_v2",
            "nvmlDeviceGetUUID",
            "nvmlDeviceGetIndex",
            "nvmlDeviceGetMigMode",
            "nvmlDeviceGetMemoryInfo_v2",
            "nvmlDeviceGetName",
            "nvmlDeviceGetComputeRunningProcesses_v3",
            "nvmlDeviceGetMPSComputeRunningProcesses_v3")
        .flatMap(
            call ->
                Stream.of(NvmlReturn.values())
                    .filter(code -> code != NvmlReturn.SUCCESS)
                    .filter(code -> !hasASecondWay(call, code))
                    .map(code -> Arguments.of(call, code)));
  }

  /// Where the probe asks in an older way, or reads the code as an answer.
  private static boolean hasASecondWay(String call, NvmlReturn code) {
    return switch (call) {
      case "nvmlDeviceGetMemoryInfo_v2" ->
          code == NvmlReturn.FUNCTION_NOT_FOUND
              || code == NvmlReturn.NOT_SUPPORTED
              || code == NvmlReturn.ARGUMENT_VERSION_MISMATCH
              || code == NvmlReturn.DEPRECATED;
      case "nvmlDeviceGetComputeRunningProcesses_v3" ->
          code == NvmlReturn.FUNCTION_NOT_FOUND
              || code == NvmlReturn.ARGUMENT_VERSION_MISMATCH
              || code == NvmlReturn.DEPRECATED
              || code == NvmlReturn.INSUFFICIENT_SIZE;
      case "nvmlDeviceGetMPSComputeRunningProcesses_v3" ->
          code == NvmlReturn.FUNCTION_NOT_FOUND
              || code == NvmlReturn.NOT_SUPPORTED
              || code == NvmlReturn.ARGUMENT_VERSION_MISMATCH
              || code == NvmlReturn.DEPRECATED
              || code == NvmlReturn.INSUFFICIENT_SIZE;
      case "nvmlDeviceGetMigMode" ->
          code == NvmlReturn.NOT_SUPPORTED || code == NvmlReturn.FUNCTION_NOT_FOUND;
      default -> false;
    };
  }

  private static ProbeReading expected(String call, NvmlReturn code) {
    if (code.meaning() == NvmlReturn.Meaning.DRIVER_GONE) {
      return new ProbeReading.Unavailable(
          new ReadFailure(call, code.reason(), ""), NvmlAdvice.of(code));
    }
    return switch (call) {
      case "nvmlDeviceGetCount_v2" ->
          new ProbeReading.Unavailable(
              new ReadFailure(call, code.reason(), ""),
              "NVML does not count its GPUs: " + code.reason());
      case "nvmlSystemGetDriverVersion" ->
          devices(
              new ReadFailure(call, code.reason(), ""), withoutDriver(GPU_0), withoutDriver(GPU_1));
      case "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetUUID" ->
          devices(new ReadFailure(call, code.reason(), ""), GPU_1);
      case "nvmlDeviceGetMemoryInfo_v2" ->
          code.meaning() == NvmlReturn.Meaning.DEVICE_GONE
              ? devices(new ReadFailure(call, code.reason(), "GPU-0"), GPU_1)
              : devices(new ReadFailure(call, code.reason(), "GPU-0"), withoutMemory(GPU_0), GPU_1);
      case "nvmlDeviceGetIndex" ->
          devices(
              new ReadFailure(call, code.reason(), "GPU-0"),
              gpu0(null, GPU_0.model(), GPU_0.processes()),
              GPU_1);
      case "nvmlDeviceGetName" ->
          devices(
              new ReadFailure(call, code.reason(), "GPU-0"),
              gpu0(0, null, GPU_0.processes()),
              GPU_1);
      case "nvmlDeviceGetComputeRunningProcesses_v3" ->
          devices(
              new ReadFailure(call, code.reason(), "GPU-0"), gpu0(0, GPU_0.model(), null), GPU_1);
      case "nvmlDeviceGetMPSComputeRunningProcesses_v3" ->
          devices(
              new ReadFailure(call, code.reason(), "GPU-0"),
              gpu0(0, GPU_0.model(), List.of(new ProcessReading(4711, 5517606912L))),
              GPU_1);
      default -> devices(new ReadFailure(call, code.reason(), "GPU-0"), GPU_0, GPU_1);
    };
  }

  private static ProbeReading devices(ReadFailure failure, DeviceReading... devices) {
    return new ProbeReading.Devices(List.of(devices), List.of(failure));
  }

  private static DeviceReading gpu0(
      @Nullable Integer index, @Nullable String model, @Nullable List<ProcessReading> processes) {
    return new DeviceReading(
        "GPU-0",
        index,
        model,
        GPU_0.driver(),
        null,
        GPU_0.totalBytes(),
        GPU_0.usedBytes(),
        GPU_0.freeBytes(),
        GPU_0.driverReservedBytes(),
        processes);
  }

  private static DeviceReading withoutDriver(DeviceReading gpu) {
    return new DeviceReading(
        gpu.gpu(),
        gpu.index(),
        gpu.model(),
        null,
        null,
        gpu.totalBytes(),
        gpu.usedBytes(),
        gpu.freeBytes(),
        gpu.driverReservedBytes(),
        gpu.processes());
  }

  private static DeviceReading withoutMemory(DeviceReading gpu) {
    return new DeviceReading(
        gpu.gpu(),
        gpu.index(),
        gpu.model(),
        gpu.driver(),
        null,
        null,
        null,
        null,
        null,
        gpu.processes());
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

  @Test
  void anUnknownCodeOfANewerDriverIsNotFatal() {
    // Given
    nvml.script(TWO_GPUS + "fail nvmlDeviceGetName 77 GPU-0 0\n");

    // Then
    assertThatCode(this::read).doesNotThrowAnyException();
    assertThat(read())
        .isEqualTo(
            devices(
                new ReadFailure("nvmlDeviceGetName", "unknown", "GPU-0"),
                gpu0(0, null, GPU_0.processes()),
                GPU_1));
  }

  private ProbeReading read() {
    try (DeviceProbe probe = probe()) {
      return probe.read();
    }
  }
}
