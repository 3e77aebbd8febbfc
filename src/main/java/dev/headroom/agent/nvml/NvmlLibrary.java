package dev.headroom.agent.nvml;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.bytedeco.cuda.global.nvml;
import org.bytedeco.cuda.nvml.nvmlDevice_st;
import org.bytedeco.cuda.nvml.nvmlMemory_t;
import org.bytedeco.cuda.nvml.nvmlMemory_v2_t;
import org.bytedeco.cuda.nvml.nvmlProcessInfo_v2_t;
import org.jspecify.annotations.Nullable;

/// The driver's `libnvidia-ml.so.1`, by the JavaCPP binding: each call with its return code.
///
/// The binding knows functions that an older driver lacks, and calling one of those would end this
/// process ("symbol lookup error"). So each function is looked up before it is called: one that is
/// missing answers `FUNCTION_NOT_FOUND`. One thread at a time; buffers are reused.
final class NvmlLibrary {
  static final String FILE = "libnvidia-ml.so.1";

  /// The longest text that NVML documents: a name or UUID.
  private static final int TEXT = 96;

  private static final int MEMORY_VERSION_2 = 2 << 24;
  private static final long NOT_AVAILABLE = -1L;
  private static final int MAX_PROCESSES = 16_384;

  private final SymbolLookup symbols;
  private final byte[] text = new byte[TEXT];
  private final int[] number = new int[1];
  private final int[] pending = new int[1];
  private final nvmlMemory_t memory = new nvmlMemory_t();
  private final nvmlMemory_v2_t memoryV2 = new nvmlMemory_v2_t();
  private int room = 64;
  private nvmlProcessInfo_v2_t processes = buffer(room);

  private NvmlLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
  }

  /// Loads the driver's library.
  ///
  /// @throws IllegalArgumentException if there is none
  /// @throws LinkageError if there is one, but the binding cannot be loaded
  /// @throws UncheckedIOException if the binding's file cannot be written to its folder
  @SuppressWarnings("restricted")
  static NvmlLibrary load() {
    // First the driver's library alone: a binding class that failed to load would stay so for the
    // life of this process, and the driver may well be installed while the agent waits.
    SymbolLookup symbols = SymbolLookup.libraryLookup(FILE, Arena.global());
    NvmlBinding.load();
    return new NvmlLibrary(symbols);
  }

  /// A process as the driver lists it, whatever it says.
  ///
  /// @param usedBytes null where the driver does not say; negative where its unsigned figure
  /// wrapped
  record Listed(long pid, @Nullable Long usedBytes) {}

  /// Memory of a device; `reserved` is null from a driver that does not tell it apart from `used`.
  record Memory(long total, long used, long free, @Nullable Long reserved) {}

  NvmlReturn init() {
    return call("nvmlInit_v2", nvml::nvmlInit_v2);
  }

  NvmlReturn shutdown() {
    return call("nvmlShutdown", nvml::nvmlShutdown);
  }

  NvmlResult<String> driverVersion() {
    return text(
        "nvmlSystemGetDriverVersion", () -> nvml.nvmlSystemGetDriverVersion(text, text.length));
  }

  NvmlResult<Integer> count() {
    return number("nvmlDeviceGetCount_v2", () -> nvml.nvmlDeviceGetCount_v2(number));
  }

  NvmlResult<nvmlDevice_st> handle(int index) {
    nvmlDevice_st device = new nvmlDevice_st();
    NvmlReturn code =
        call(
            "nvmlDeviceGetHandleByIndex_v2",
            () -> nvml.nvmlDeviceGetHandleByIndex_v2(index, device));
    return answer(code, () -> device);
  }

  NvmlResult<String> uuid(nvmlDevice_st device) {
    return text("nvmlDeviceGetUUID", () -> nvml.nvmlDeviceGetUUID(device, text, text.length));
  }

  NvmlResult<String> name(nvmlDevice_st device) {
    return text("nvmlDeviceGetName", () -> nvml.nvmlDeviceGetName(device, text, text.length));
  }

  NvmlResult<Integer> index(nvmlDevice_st device) {
    return number("nvmlDeviceGetIndex", () -> nvml.nvmlDeviceGetIndex(device, number));
  }

  /// Whether the GPU is in MIG mode.
  NvmlResult<Boolean> migMode(nvmlDevice_st device) {
    NvmlReturn code =
        call("nvmlDeviceGetMigMode", () -> nvml.nvmlDeviceGetMigMode(device, number, pending));
    return answer(code, () -> number[0] == nvml.NVML_DEVICE_MIG_ENABLE);
  }

  NvmlResult<Integer> mostSlices(nvmlDevice_st device) {
    return number(
        "nvmlDeviceGetMaxMigDeviceCount",
        () -> nvml.nvmlDeviceGetMaxMigDeviceCount(device, number));
  }

  NvmlResult<nvmlDevice_st> slice(nvmlDevice_st device, int index) {
    nvmlDevice_st slice = new nvmlDevice_st();
    NvmlReturn code =
        call(
            "nvmlDeviceGetMigDeviceHandleByIndex",
            () -> nvml.nvmlDeviceGetMigDeviceHandleByIndex(device, index, slice));
    return answer(code, () -> slice);
  }

  /// Version 2, which tells reserved memory apart; version 1 where the driver has no other.
  NvmlResult<Memory> memory(nvmlDevice_st device) {
    memoryV2.version(memoryV2.sizeof() | MEMORY_VERSION_2);
    NvmlReturn code =
        call("nvmlDeviceGetMemoryInfo_v2", () -> nvml.nvmlDeviceGetMemoryInfo_v2(device, memoryV2));
    if (isMissing(code) || code == NvmlReturn.NOT_SUPPORTED) {
      NvmlReturn older =
          call("nvmlDeviceGetMemoryInfo", () -> nvml.nvmlDeviceGetMemoryInfo(device, memory));
      return answer(older, () -> new Memory(memory.total(), memory.used(), memory._free(), null));
    }
    return answer(
        code,
        () -> new Memory(memoryV2.total(), memoryV2.used(), memoryV2._free(), memoryV2.reserved()));
  }

  NvmlResult<List<Listed>> computeProcesses(nvmlDevice_st device) {
    NvmlReturn code =
        list(
            "nvmlDeviceGetComputeRunningProcesses_v3",
            () -> nvml.nvmlDeviceGetComputeRunningProcesses_v3(device, number, processes));
    return isMissing(code) ? computeProcessesBefore(device) : answer(code, this::listed);
  }

  /// The same by the call before the newest.
  NvmlResult<List<Listed>> computeProcessesBefore(nvmlDevice_st device) {
    NvmlReturn code =
        list(
            "nvmlDeviceGetComputeRunningProcesses_v2",
            () -> nvml.nvmlDeviceGetComputeRunningProcesses_v2(device, number, processes));
    return answer(code, this::listed);
  }

  NvmlResult<List<Listed>> mpsProcesses(nvmlDevice_st device) {
    NvmlReturn code =
        list(
            "nvmlDeviceGetMPSComputeRunningProcesses_v3",
            () -> nvml.nvmlDeviceGetMPSComputeRunningProcesses_v3(device, number, processes));
    if (isMissing(code)) {
      code =
          list(
              "nvmlDeviceGetMPSComputeRunningProcesses_v2",
              () -> nvml.nvmlDeviceGetMPSComputeRunningProcesses_v2(device, number, processes));
    }
    return answer(code, this::listed);
  }

  private static boolean isMissing(NvmlReturn code) {
    return code == NvmlReturn.FUNCTION_NOT_FOUND
        || code == NvmlReturn.ARGUMENT_VERSION_MISMATCH
        || code == NvmlReturn.DEPRECATED;
  }

  /// Asks for a list, again with more room as long as it grows.
  private NvmlReturn list(String function, IntSupplier ask) {
    while (true) {
      number[0] = room;
      NvmlReturn code = call(function, ask);
      if (code != NvmlReturn.INSUFFICIENT_SIZE || room >= MAX_PROCESSES) {
        return code;
      }
      processes.close();
      room = Math.min(MAX_PROCESSES, 2 * Math.max(room, number[0]));
      processes = buffer(room);
    }
  }

  /// Room for so many processes, also where a driver's structures are a third longer than its
  /// header has them.
  private static nvmlProcessInfo_v2_t buffer(int room) {
    return new nvmlProcessInfo_v2_t(room + room / 3 + 1);
  }

  private List<Listed> listed() {
    List<Listed> listed = new ArrayList<>(number[0]);
    for (int i = 0; i < number[0]; i++) {
      nvmlProcessInfo_v2_t process = processes.position(i);
      long used = process.usedGpuMemory();
      listed.add(
          new Listed(Integer.toUnsignedLong(process.pid()), used == NOT_AVAILABLE ? null : used));
    }
    processes.position(0);
    return listed;
  }

  private NvmlResult<Integer> number(String function, IntSupplier ask) {
    return answer(call(function, ask), () -> number[0]);
  }

  private NvmlResult<String> text(String function, IntSupplier ask) {
    return answer(
        call(function, ask),
        () -> {
          int length = 0;
          while (length < text.length && text[length] != 0) {
            length++;
          }
          return new String(text, 0, length, StandardCharsets.UTF_8);
        });
  }

  private NvmlReturn call(String function, IntSupplier ask) {
    return symbols.find(function).isEmpty()
        ? NvmlReturn.FUNCTION_NOT_FOUND
        : NvmlReturn.of(ask.getAsInt());
  }

  private static <T> NvmlResult<T> answer(NvmlReturn code, Supplier<T> value) {
    return code == NvmlReturn.SUCCESS
        ? new NvmlResult.Value<>(value.get())
        : new NvmlResult.Failed<>(code);
  }
}
