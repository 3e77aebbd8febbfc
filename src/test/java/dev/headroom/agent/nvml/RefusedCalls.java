package dev.headroom.agent.nvml;

import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ProcessReading;
import dev.headroom.agent.probe.ReadFailure;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// What is read of [TwoGpus] where a call of NVML answers with a code, once.
final class RefusedCalls {

  private RefusedCalls() {}

  /// Every call with every code that leaves a value absent.
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

  /// The other values stay, unless the code says that the GPU or the driver is gone.
  static ProbeReading expected(String call, NvmlReturn code) {
    ReadFailure ofTheHost = new ReadFailure(call, code.reason(), "");
    ReadFailure ofGpu0 = new ReadFailure(call, code.reason(), "GPU-0");
    DeviceReading gpu0 = TwoGpus.GPU_0;
    DeviceReading gpu1 = TwoGpus.GPU_1;
    if (code.meaning() == NvmlReturn.Meaning.DRIVER_GONE) {
      return new ProbeReading.Unavailable(ofTheHost, NvmlAdvice.of(code));
    }
    return switch (call) {
      case "nvmlDeviceGetCount_v2" ->
          new ProbeReading.Unavailable(ofTheHost, "NVML does not count its GPUs: " + code.reason());
      case "nvmlSystemGetDriverVersion" ->
          TwoGpus.devices(ofTheHost, withoutDriver(gpu0), withoutDriver(gpu1));
      case "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetUUID" -> TwoGpus.devices(ofTheHost, gpu1);
      case "nvmlDeviceGetMemoryInfo_v2" ->
          code.meaning() == NvmlReturn.Meaning.DEVICE_GONE
              ? TwoGpus.devices(ofGpu0, gpu1)
              : TwoGpus.devices(ofGpu0, withoutMemory(gpu0), gpu1);
      case "nvmlDeviceGetIndex" ->
          TwoGpus.devices(ofGpu0, TwoGpus.gpu0(null, gpu0.model(), gpu0.processes()), gpu1);
      case "nvmlDeviceGetName" ->
          TwoGpus.devices(ofGpu0, TwoGpus.gpu0(0, null, gpu0.processes()), gpu1);
      case "nvmlDeviceGetComputeRunningProcesses_v3" ->
          TwoGpus.devices(ofGpu0, TwoGpus.gpu0(0, gpu0.model(), null), gpu1);
      case "nvmlDeviceGetMPSComputeRunningProcesses_v3" -> {
        var listed = List.of(new ProcessReading(4711, 5517606912L));
        yield TwoGpus.devices(ofGpu0, TwoGpus.gpu0(0, gpu0.model(), listed), gpu1);
      }
      default -> TwoGpus.devices(ofGpu0, gpu0, gpu1);
    };
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
}
