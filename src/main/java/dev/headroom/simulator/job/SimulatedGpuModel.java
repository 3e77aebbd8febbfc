package dev.headroom.simulator.job;

import dev.headroom.sample.Ownership;

/// A model of GPU, with what a process holds on it beyond its allocator's segments.
///
/// That rest (context, cuDNN, cuBLAS, workspaces) is what people measured on such a card minus the
/// `reserved_peak` of the golden run of the same network and batch: resnet18, resnet50, resnet152
/// and densenet121 with batch 8 and 32. Measured on the V100 and the RTX 3090: SchedTune's
/// `model_stats.csv` (copied in Stone-ResearchLife/xMem; framework version and optimizer not
/// stated). On the A100-40GB: `fake_tensor.xlsx` of itu-rad/GPUMemNet (resnet18 and resnet50).
public enum SimulatedGpuModel {
  /// Rest 1763 to 2225 MiB.
  A100("NVIDIA A100-SXM4-40GB", "a100", 40_960, 1763, 2225, "ada", "research"),
  /// Rest 1041 to 1639 MiB.
  V100("Tesla V100-SXM2-32GB", "v100", 32_768, 1041, 1639, "grace", "imaging"),
  /// Rest 1275 to 1697 MiB.
  RTX_3090("NVIDIA GeForce RTX 3090", "rtx3090", 24_576, 1275, 1697, "alan", "students");

  private static final long MIB = 1L << 20;

  /// What the driver keeps of the card for itself, as NVML tells it of such cards: 400 to 600 MiB.
  public static final long DRIVER_RESERVED = 500 * MIB;

  private final String product;
  private final String host;
  private final long totalMib;
  private final int leastRestMib;
  private final int mostRestMib;
  private final String owner;
  private final String team;

  SimulatedGpuModel(
      String product,
      String host,
      long totalMib,
      int leastRestMib,
      int mostRestMib,
      String owner,
      String team) {
    this.product = product;
    this.host = host;
    this.totalMib = totalMib;
    this.leastRestMib = leastRestMib;
    this.mostRestMib = mostRestMib;
    this.owner = owner;
    this.team = team;
  }

  /// As NVML names it.
  public String product() {
    return product;
  }

  /// How names of its hosts begin.
  public String host() {
    return host;
  }

  /// Whose jobs these cards run.
  Ownership ownership() {
    return new Ownership(owner, team, "training");
  }

  public long total() {
    return totalMib * MIB;
  }

  /// The rest of one process.
  ///
  /// @param share 0 to 1: where in the range
  public long rest(double share) {
    return (leastRestMib + (long) (share * (mostRestMib - leastRestMib))) * MIB;
  }
}
