package dev.headroom.agent.cuda;

import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ReadFailure;
import dev.headroom.sample.SampleSource;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUresult;
import jcuda.driver.CUuuid;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/// Reads the memory of this machine's GPUs through CUDA, for machines without NVML (Jetson, WSL).
///
/// CUDA answers only with a context, and a context costs 250 to 670 MB of each GPU that is watched,
/// for as long as the agent runs; where NVML is, use that. CUDA does not say which processes use a
/// device, so they are unknown, and what is used is total minus free: the driver's part is in it.
public final class CudaProbe implements DeviceProbe {
  private static final String FILE = "libcuda.so.1";
  private static final int NAME = 256;

  private final Map<Integer, CUcontext> contexts = new HashMap<>();
  private boolean initialized;

  @Override
  public SampleSource source() {
    return SampleSource.CUDA;
  }

  @Override
  public ProbeReading read() {
    try {
      int code = initialized ? CUresult.CUDA_SUCCESS : start();
      return code == CUresult.CUDA_SUCCESS ? devices() : unavailable("cuInit", code);
    } catch (IllegalArgumentException | LinkageError e) {
      return new ProbeReading.Unavailable(
          new ReadFailure("dlopen", "library_not_found", ""),
          FILE
              + " or its JCuda binding is not here: install the NVIDIA driver, or run this"
              + " container with the NVIDIA runtime and NVIDIA_DRIVER_CAPABILITIES=compute");
    }
  }

  @Override
  public void close() {
    contexts.forEach((index, _) -> JCudaDriver.cuDevicePrimaryCtxRelease(device(index)));
    contexts.clear();
    initialized = false;
  }

  @SuppressWarnings("restricted")
  private int start() {
    // Before JCuda's class, which would stay unusable if it did not find the driver's library.
    SymbolLookup.libraryLookup(FILE, Arena.global());
    JCudaDriver.setExceptionsEnabled(false);
    int code = JCudaDriver.cuInit(0);
    initialized = code == CUresult.CUDA_SUCCESS;
    return code;
  }

  private ProbeReading devices() {
    int[] count = new int[1];
    int counted = JCudaDriver.cuDeviceGetCount(count);
    if (counted != CUresult.CUDA_SUCCESS) {
      close();
      return unavailable("cuDeviceGetCount", counted);
    }
    List<DeviceReading> devices = new ArrayList<>();
    List<ReadFailure> failures = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      DeviceReading device = read(i, failures);
      if (device != null) {
        devices.add(device);
      }
    }
    return new ProbeReading.Devices(devices, failures);
  }

  private @Nullable DeviceReading read(int index, List<ReadFailure> failures) {
    CUdevice device = device(index);
    CUuuid uuid = new CUuuid();
    uuid.bytes = new byte[16];
    if (failed("cuDeviceGetUuid", JCudaDriver.cuDeviceGetUuid(uuid, device), "", failures)) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.wrap(uuid.bytes);
    String gpu = "GPU-" + new UUID(bytes.getLong(), bytes.getLong());
    CUcontext context = contexts.get(index);
    if (context == null) {
      context = new CUcontext();
      int code = JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
      if (failed("cuDevicePrimaryCtxRetain", code, gpu, failures)) {
        return null;
      }
      contexts.put(index, context);
    }
    if (failed("cuCtxPushCurrent", JCudaDriver.cuCtxPushCurrent(context), gpu, failures)) {
      return null;
    }
    long[] free = new long[1];
    long[] total = new long[1];
    int code = JCudaDriver.cuMemGetInfo(free, total);
    JCudaDriver.cuCtxPopCurrent(new CUcontext());
    if (failed("cuMemGetInfo", code, gpu, failures)) {
      return null;
    }
    byte[] name = new byte[NAME];
    boolean nameless =
        failed("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, NAME, device), gpu, failures);
    return new DeviceReading(
        gpu,
        index,
        nameless ? null : text(name),
        null,
        null,
        total[0],
        total[0] - free[0],
        free[0],
        null,
        null);
  }

  private static CUdevice device(int index) {
    CUdevice device = new CUdevice();
    JCudaDriver.cuDeviceGet(device, index);
    return device;
  }

  private static boolean failed(String call, int code, String gpu, List<ReadFailure> failures) {
    if (code != CUresult.CUDA_SUCCESS) {
      failures.add(new ReadFailure(call, reason(code), gpu));
    }
    return code != CUresult.CUDA_SUCCESS;
  }

  private static ProbeReading.Unavailable unavailable(String call, int code) {
    return new ProbeReading.Unavailable(
        new ReadFailure(call, reason(code), ""),
        "CUDA does not start (" + reason(code) + "): see 'dmesg' and the driver's version");
  }

  /// `CUDA_ERROR_NO_DEVICE` as `no_device`: a label of a counter.
  private static String reason(int code) {
    return CUresult.stringFor(code)
        .replaceFirst("^CUDA_ERROR_", "")
        .replaceAll("[^A-Za-z0-9_].*", "")
        .toLowerCase(Locale.ROOT);
  }

  private static String text(byte[] name) {
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }
}
