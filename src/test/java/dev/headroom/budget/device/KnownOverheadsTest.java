package dev.headroom.budget.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.TrainingSetup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownOverheadsTest {

  private static final long MIB = 1L << 20;
  private static final LayerConfig JOB =
      new LayerConfig(
          "j",
          "r",
          "m",
          Framework.UNKNOWN,
          TrainingSetup.of(1, Optimizer.SGD),
          new Undescribed("why"));

  /// A context with its libraries, cuBLAS' workspaces in bytes, and workspaces of a share of what
  /// is reserved.
  @ParameterizedTest
  @CsvSource({
    "'', 450, 640, 17039360",
    "NVIDIA H100 80GB HBM3, 771, 900, 67108864",
    "h200, 771, 900, 67108864",
    "NVIDIA H20, 771, 900, 67108864",
    "NVIDIA A100-SXM4-40GB, 480, 670, 17039360",
    "NVIDIA A30, 480, 670, 17039360",
    "NVIDIA A10G, 480, 670, 17039360",
    "Tesla T4, 330, 640, 17039360",
    "Tesla K80, 330, 640, 17039360",
    "Tesla P100-PCIE-16GB, 330, 640, 17039360"
  })
  void growWithWhatIsReservedUpToABound(String gpu, long context, long atMost, long cublas) {
    // Given
    var overheads = gpu.isEmpty() ? new KnownOverheads() : KnownOverheads.forGpu(gpu);
    // Then
    for (long reserved : new long[] {0, 1000 * MIB, 5120 * MIB, 100_000 * MIB}) {
      assertThat(overheads.beyond(JOB, new MemorySize(reserved)))
          .isEqualTo(
              new DeviceOverhead.Beyond(
                  new MemorySize(context * MIB + cublas + Math.min(reserved / 20, 256 * MIB)),
                  new MemorySize(atMost * MIB + cublas + Math.min(reserved / 5, 1024 * MIB))));
    }
  }
}
