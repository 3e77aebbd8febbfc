package dev.headroom.agent.nvml;

import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ProcessReading;
import dev.headroom.agent.probe.ReadFailure;
import dev.headroom.sample.SampleSource;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.bytedeco.cuda.nvml.nvmlDevice_st;
import org.jspecify.annotations.Nullable;

/// Reads the GPUs of this host through NVML.
///
/// A value that NVML refuses, or that cannot be, is absent and its reason is a [ReadFailure]; only
/// a UUID is indispensable, without it the device is left out. A GPU in MIG mode is read as its
/// slices: counting it beside them would count its memory twice. No CUDA context is opened.
public final class NvmlProbe implements DeviceProbe {

  /// After a GPU was lost NVML goes on listing it, and one that returns is only found by
  /// initialising again. That can take seconds where a GPU is broken, so it is done rarely.
  private static final int READS_BEFORE_NEW_START = 30;

  private static final String MIG = " MIG ";

  /// Why a value is left out that NVML gave.
  private static final String IMPOSSIBLE = "impossible_value";

  private static final String COMPUTE = "nvmlDeviceGetComputeRunningProcesses_v3";
  private static final String MPS = "nvmlDeviceGetMPSComputeRunningProcesses_v3";
  private static final String MEMORY = "nvmlDeviceGetMemoryInfo_v2";

  private final LongPredicate isProcess;

  private @Nullable NvmlLibrary library;
  private boolean initialized;
  private int readsWithLostDevice;

  /// A probe that has asked nothing yet.
  ///
  /// @param isProcess whether the host has a process of that id
  public NvmlProbe(LongPredicate isProcess) {
    this.isProcess = isProcess;
  }

  @Override
  public SampleSource source() {
    return SampleSource.NVML;
  }

  @Override
  public ProbeReading read() {
    NvmlLibrary nvml;
    try {
      nvml = library == null ? NvmlLibrary.load() : library;
      library = nvml;
    } catch (IllegalArgumentException e) {
      return new ProbeReading.Unavailable(
          new ReadFailure("dlopen", "library_not_found", ""),
          NvmlAdvice.of(NvmlReturn.LIBRARY_NOT_FOUND));
    } catch (LinkageError | UncheckedIOException e) {
      return new ProbeReading.Unavailable(
          new ReadFailure("load", "binding_not_loaded", ""),
          "the NVML binding cannot be loaded ("
              + e.getMessage()
              + "): give it a writable folder with -Dorg.bytedeco.javacpp.cachedir=FOLDER and"
              + " start the agent again");
    }
    return initialized ? devices(nvml) : start(nvml);
  }

  @Override
  public void close() {
    if (library != null && initialized) {
      library.shutdown();
      initialized = false;
    }
  }

  private ProbeReading start(NvmlLibrary nvml) {
    NvmlReturn code = nvml.init();
    if (code != NvmlReturn.SUCCESS) {
      return unavailable("nvmlInit_v2", code);
    }
    initialized = true;
    readsWithLostDevice = 0;
    return devices(nvml);
  }

  private ProbeReading devices(NvmlLibrary nvml) {
    ReadPass pass = new ReadPass(nvml, isProcess);
    ProbeReading reading = pass.run();
    if (pass.lostDriver) {
      close();
    } else if (pass.lostDevice && ++readsWithLostDevice >= READS_BEFORE_NEW_START) {
      close();
    }
    return reading;
  }

  private static ProbeReading.Unavailable unavailable(String call, NvmlReturn code) {
    return new ProbeReading.Unavailable(
        new ReadFailure(call, code.reason(), ""), NvmlAdvice.of(code));
  }

  /// One walk over all devices, collecting what it finds and what it does not.
  private static final class ReadPass {
    private final NvmlLibrary nvml;
    private final LongPredicate isProcess;
    private final List<DeviceReading> devices = new ArrayList<>();
    private final List<ReadFailure> failures = new ArrayList<>();
    private boolean lostDevice;
    private boolean lostDriver;
    private @Nullable ProbeReading end;

    ReadPass(NvmlLibrary nvml, LongPredicate isProcess) {
      this.nvml = nvml;
      this.isProcess = isProcess;
    }

    ProbeReading run() {
      Integer count = value("nvmlDeviceGetCount_v2", "", nvml.count());
      if (count == null) {
        // No device can be read without their count, whatever the reason.
        lostDriver = true;
        ReadFailure first = failures.getFirst();
        return end != null
            ? end
            : new ProbeReading.Unavailable(
                first, "NVML does not count its GPUs: " + first.reason());
      }
      String driver = value("nvmlSystemGetDriverVersion", "", nvml.driverVersion());
      for (int i = 0; i < count; i++) {
        nvmlDevice_st device = value("nvmlDeviceGetHandleByIndex_v2", "", nvml.handle(i));
        if (device != null) {
          gpu(device, driver);
        }
        if (end != null) {
          return end;
        }
      }
      return new ProbeReading.Devices(devices, failures);
    }

    private void gpu(nvmlDevice_st device, @Nullable String driver) {
      String uuid = value("nvmlDeviceGetUUID", "", nvml.uuid(device));
      if (uuid == null) {
        return;
      }
      Integer index = value("nvmlDeviceGetIndex", uuid, nvml.index(device));
      List<nvmlDevice_st> slices = slices(device, uuid);
      if (slices.isEmpty()) {
        device(device, uuid, index, driver);
        return;
      }
      for (nvmlDevice_st slice : slices) {
        String sliceUuid = value("nvmlDeviceGetUUID", uuid, nvml.uuid(slice));
        if (sliceUuid != null) {
          device(slice, sliceUuid, index, driver);
        }
      }
    }

    private List<nvmlDevice_st> slices(nvmlDevice_st device, String uuid) {
      NvmlResult<Boolean> mode = nvml.migMode(device);
      if (isNo(mode)) {
        return List.of();
      }
      Boolean on = value("nvmlDeviceGetMigMode", uuid, mode);
      if (on == null || !on) {
        return List.of();
      }
      Integer most = value("nvmlDeviceGetMaxMigDeviceCount", uuid, nvml.mostSlices(device));
      List<nvmlDevice_st> slices = new ArrayList<>();
      for (int i = 0; most != null && i < most; i++) {
        NvmlResult<nvmlDevice_st> slice = nvml.slice(device, i);
        if (!isEmptySlot(slice)) {
          nvmlDevice_st found = value("nvmlDeviceGetMigDeviceHandleByIndex", uuid, slice);
          if (found != null) {
            slices.add(found);
          }
        }
      }
      return slices;
    }

    private void device(
        nvmlDevice_st device, String uuid, @Nullable Integer index, @Nullable String driver) {
      NvmlResult<NvmlLibrary.Memory> answer = nvml.memory(device);
      NvmlLibrary.Memory memory = possible(value(MEMORY, uuid, answer), uuid);
      if (isGone(answer)) {
        return;
      }
      String name = value("nvmlDeviceGetName", uuid, nvml.name(device));
      int mig = name == null ? -1 : name.indexOf(MIG);
      devices.add(
          new DeviceReading(
              uuid,
              index,
              name == null || mig < 0 ? name : name.substring(0, mig),
              driver,
              name == null || mig < 0 ? null : name.substring(mig + MIG.length()),
              memory == null ? null : memory.total(),
              memory == null ? null : memory.used(),
              memory == null ? null : memory.free(),
              memory == null ? null : memory.reserved(),
              processes(device, uuid, memory == null ? Long.MAX_VALUE : memory.total())));
    }

    /// Unsigned figures that wrapped below zero, and more than there is, say nothing.
    private NvmlLibrary.@Nullable Memory possible(
        NvmlLibrary.@Nullable Memory memory, String uuid) {
      if (memory == null || (memory.used() >= 0 && memory.used() <= memory.total())) {
        return memory;
      }
      failures.add(new ReadFailure(MEMORY, IMPOSSIBLE, uuid));
      return null;
    }

    /// Compute processes and clients of MPS, each once, with the larger figure where both lists
    /// have it; null where the first list, which every GPU has, could not be read.
    private @Nullable List<ProcessReading> processes(
        nvmlDevice_st device, String uuid, long total) {
      List<NvmlLibrary.Listed> compute = value(COMPUTE, uuid, computeProcesses(device, uuid));
      NvmlResult<List<NvmlLibrary.Listed>> mps = nvml.mpsProcesses(device);
      List<NvmlLibrary.Listed> clients = isNo(mps) ? List.of() : value(MPS, uuid, mps);
      if (compute == null) {
        return null;
      }
      Map<Long, ProcessReading> byPid = new TreeMap<>();
      for (NvmlLibrary.Listed process : compute) {
        byPid.merge(process.pid(), reading(process, COMPUTE, uuid, total), ReadPass::larger);
      }
      for (NvmlLibrary.Listed process : clients == null ? List.<NvmlLibrary.Listed>of() : clients) {
        byPid.merge(process.pid(), reading(process, MPS, uuid, total), ReadPass::larger);
      }
      return List.copyOf(byPid.values());
    }

    /// Some drivers answer the newest call with longer structures than its header has, so that from
    /// the second process on everything is garbage. A list with processes that the host does not
    /// have is asked for again by the call before it, and the one that fits the host better counts.
    private NvmlResult<List<NvmlLibrary.Listed>> computeProcesses(
        nvmlDevice_st device, String uuid) {
      NvmlResult<List<NvmlLibrary.Listed>> newest = nvml.computeProcesses(device);
      if (!(newest instanceof NvmlResult.Value<List<NvmlLibrary.Listed>>(var listed))
          || strangers(listed) == 0) {
        return newest;
      }
      NvmlResult<List<NvmlLibrary.Listed>> before = nvml.computeProcessesBefore(device);
      if (before instanceof NvmlResult.Value<List<NvmlLibrary.Listed>>(var older)
          && strangers(older) < strangers(listed)) {
        failures.add(new ReadFailure(COMPUTE, "unknown_processes", uuid));
        return before;
      }
      return newest;
    }

    private long strangers(List<NvmlLibrary.Listed> listed) {
      return listed.stream()
          .filter(process -> process.pid() != 0 && !isProcess.test(process.pid()))
          .count();
    }

    /// A process with what it holds, unless that cannot be.
    private ProcessReading reading(
        NvmlLibrary.Listed process, String call, String uuid, long total) {
      Long used = process.usedBytes();
      if (used != null && (used < 0 || used > total)) {
        failures.add(new ReadFailure(call, IMPOSSIBLE, uuid));
        return new ProcessReading(process.pid(), null);
      }
      return new ProcessReading(process.pid(), used);
    }

    private static ProcessReading larger(ProcessReading one, ProcessReading other) {
      if (one.usedBytes() == null) {
        return other;
      }
      return other.usedBytes() == null || one.usedBytes() >= other.usedBytes() ? one : other;
    }

    /// A device that has no such feature: an answer, not a trouble.
    private static boolean isNo(NvmlResult<?> result) {
      return result instanceof NvmlResult.Failed<?>(NvmlReturn code)
          && (code == NvmlReturn.NOT_SUPPORTED || code == NvmlReturn.FUNCTION_NOT_FOUND);
    }

    private static boolean isGone(NvmlResult<?> result) {
      return result instanceof NvmlResult.Failed<?>(NvmlReturn code)
          && (code.meaning() == NvmlReturn.Meaning.DEVICE_GONE
              || code.meaning() == NvmlReturn.Meaning.DRIVER_GONE);
    }

    private static boolean isEmptySlot(NvmlResult<?> slice) {
      return slice instanceof NvmlResult.Failed<?>(NvmlReturn code) && code == NvmlReturn.NOT_FOUND;
    }

    private <T> @Nullable T value(String call, String device, NvmlResult<T> result) {
      return switch (result) {
        case NvmlResult.Value<T>(T value) -> value;
        case NvmlResult.Failed<T>(NvmlReturn code) -> {
          failures.add(new ReadFailure(call, code.reason(), device));
          switch (code.meaning()) {
            case DRIVER_GONE -> {
              lostDriver = true;
              end = end == null ? unavailable(call, code) : end;
            }
            case DEVICE_GONE -> lostDevice = true;
            case ABSENT, VALUE -> {}
          }
          yield null;
        }
      };
    }
  }
}
