package dev.headroom.budget.device;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.util.Locale;

/// The overheads that are known before a job runs: CUDA context, libraries, workspaces.
///
/// A context takes 250 to 670 MB. On an H100 a bare one takes 520 MiB. With it, cuBLAS and cuDNN a
/// process of PyTorch 2.11 holds up to 762 MiB, and the idle card 9 MiB (docs/hardware). cuDNN's
/// workspaces grow with what convolutions work on.
public final class KnownOverheads implements DeviceOverhead {

  private final MemorySize context;
  private final MemorySize contextAtMost;
  private final MemorySize cublas;

  /// For a GPU of unknown model.
  public KnownOverheads() {
    this("");
  }

  private KnownOverheads(String gpuModel) {
    String model = gpuModel.toUpperCase(Locale.ROOT);
    boolean hopper = model.contains("H100") || model.contains("H200") || model.contains("H20");
    boolean ampere = model.contains("A100") || model.contains("A30") || model.contains("A10");
    boolean old = model.contains("K80") || model.contains("P100") || model.contains("T4");
    long typical = hopper ? 771 : ampere ? 480 : old ? 330 : 450;
    context = MemorySize.ofMebibytes(typical);
    contextAtMost = MemorySize.ofMebibytes(hopper ? 900 : ampere ? 670 : 640);
    cublas = CublasWorkspaces.ofTraining(gpuModel);
  }

  /// For a GPU whose model the driver names.
  public static KnownOverheads forGpu(String gpuModel) {
    return new KnownOverheads(gpuModel);
  }

  @Override
  public Beyond beyond(LayerConfig config, MemorySize reserved) {
    MemorySize workspaces = new MemorySize(Math.min(reserved.bytes() / 20, 256L << 20));
    MemorySize most = new MemorySize(Math.min(reserved.bytes() / 5, 1L << 30));
    return new Beyond(context.plus(cublas).plus(workspaces), contextAtMost.plus(cublas).plus(most));
  }
}
