package dev.headroom.budget.device;

import dev.headroom.memory.MemorySize;
import java.util.List;
import java.util.Locale;

/// What PyTorch's allocator hands out to cuBLAS, and no layer asks for.
///
/// Each handle has a workspace, and each thread that multiplies matrices a handle: training has the
/// thread of the forward pass and that of the backward pass. A workspace is 8,519,680 bytes, and
/// 32 MiB on Hopper and Blackwell: `parseChosenWorkspaceSize` in PyTorch's
/// `aten/src/ATen/cuda/CublasHandlePool.cpp`.
public final class CublasWorkspaces {

  private static final MemorySize USUAL = new MemorySize(8_519_680);
  private static final MemorySize LARGE = MemorySize.ofMebibytes(32);
  private static final int HANDLES = 2;

  /// In the names of Hopper's and Blackwell's GPUs, whoever wrote them.
  private static final List<String> HAVE_LARGE =
      List.of(
          "H100", "H200", "H800", "H20", "B100", "B200", "B300", "RTX5060", "RTX5070", "RTX5080",
          "RTX5090", "RTXPRO");

  private CublasWorkspaces() {}

  /// Those of a job that trains.
  ///
  /// @param gpuModel as the driver or the catalogue names it; empty where unknown
  public static MemorySize ofTraining(String gpuModel) {
    return (isLarge(gpuModel) ? LARGE : USUAL).times(HANDLES);
  }

  private static boolean isLarge(String gpuModel) {
    String name = gpuModel.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
    return HAVE_LARGE.stream().anyMatch(name::contains);
  }
}
