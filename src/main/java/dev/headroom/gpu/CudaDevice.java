package dev.headroom.gpu;

import dev.headroom.memory.MemorySize;
import org.jspecify.annotations.Nullable;

/// What a process runs on: a whole GPU or a MIG instance.
///
/// @param profile null where it is the whole GPU
public record CudaDevice(GpuModel model, @Nullable MigProfile profile) {

  public static CudaDevice whole(GpuModel model) {
    return new CudaDevice(model, null);
  }

  /// Such as `A100-40GB` or `A100-40GB:3g.20gb`.
  public String name() {
    return profile == null ? model.name() : model.name() + ":" + profile.name();
  }

  /// Whether its tensor cores compute in bfloat16; a GPU that does not say it is taken for one.
  public boolean hasBfloat16() {
    ComputeCapability can = model.computeCapability();
    return can == null || can.compareTo(ComputeCapability.BFLOAT16) >= 0;
  }

  /// What one process can have on it.
  public MemorySize usable() {
    return profile == null ? model.usable() : profile.usable();
  }
}
