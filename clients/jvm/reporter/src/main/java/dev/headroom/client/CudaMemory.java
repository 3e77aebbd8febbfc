package dev.headroom.client;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUuuid;
import jcuda.driver.JCudaDriver;

/**
 * Reads memory with JCuda, in the CUDA context that the job opened. It never opens one itself: that
 * would cost hundreds of megabytes on a GPU that the job does not use. It speaks to the driver, so
 * the job may use any version of the CUDA runtime.
 */
final class CudaMemory implements GpuMemory {
  private final int device;
  private String gpu;

  CudaMemory(int device) {
    this.device = device;
  }

  @Override
  public Optional<Reading> read() throws NoGpuException {
    try {
      if (gpu == null) {
        gpu = start();
      }
      int[] flags = new int[1];
      int[] active = new int[1];
      check(
          "cuDevicePrimaryCtxGetState",
          JCudaDriver.cuDevicePrimaryCtxGetState(device(), flags, active));
      return active[0] == 0 ? Optional.empty() : Optional.of(inContextOfTheJob());
    } catch (LinkageError e) {
      // JCuda's message goes on for a page: what was tried, and two stack traces.
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new NoGpuException("no CUDA driver here: " + reason);
    }
  }

  private Reading inContextOfTheJob() throws NoGpuException {
    CUcontext context = new CUcontext();
    check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device()));
    try {
      long[] free = new long[1];
      long[] total = new long[1];
      check("cuCtxPushCurrent", JCudaDriver.cuCtxPushCurrent(context));
      int code = JCudaDriver.cuMemGetInfo(free, total);
      JCudaDriver.cuCtxPopCurrent(new CUcontext());
      check("cuMemGetInfo", code);
      return new Reading(gpu, total[0] - free[0], total[0]);
    } finally {
      JCudaDriver.cuDevicePrimaryCtxRelease(device());
    }
  }

  private String start() throws NoGpuException {
    JCudaDriver.setExceptionsEnabled(false);
    check("cuInit", JCudaDriver.cuInit(0));
    CUuuid uuid = new CUuuid();
    uuid.bytes = new byte[16];
    check("cuDeviceGetUuid", JCudaDriver.cuDeviceGetUuid(uuid, device()));
    ByteBuffer bytes = ByteBuffer.wrap(uuid.bytes);
    return "GPU-" + new UUID(bytes.getLong(), bytes.getLong());
  }

  private CUdevice device() throws NoGpuException {
    CUdevice found = new CUdevice();
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(found, device));
    return found;
  }

  private static void check(String call, int code) throws NoGpuException {
    if (code != 0) {
      throw new NoGpuException(call + " answers " + code);
    }
  }
}
