package dev.headroom.agent.nvml;

import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ProcessReading;
import dev.headroom.agent.probe.ReadFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two GPUs of a node with three processes: what NVML's stand-in says of them, and what is read.
final class TwoGpus {

  static final String SCRIPT =
      """
      driver 580.95.05
      gpu GPU-0 0 42949672960 5931794432 643825664 NVIDIA A100-SXM4-40GB
      gpu GPU-1 1 42949672960 1000 643825664 NVIDIA A100-SXM4-40GB
      compute GPU-0 4711 5517606912
      mps GPU-0 4712 1048576
      compute GPU-1 4713 unknown
      """;

  static final DeviceReading GPU_0 =
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

  static final DeviceReading GPU_1 =
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

  /// Both, where every call answers.
  static final ProbeReading READING = new ProbeReading.Devices(List.of(GPU_0, GPU_1), List.of());

  private TwoGpus() {}

  /// GPU-0 with some values of its own.
  static DeviceReading gpu0(
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

  /// What is read of them where one call failed.
  static ProbeReading devices(ReadFailure failure, DeviceReading... devices) {
    return new ProbeReading.Devices(List.of(devices), List.of(failure));
  }
}
