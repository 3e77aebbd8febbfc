package dev.headroom.budget.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.ComputeCapability;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.wire.plan.GpuCatalogueReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CublasWorkspacesTest {

  private static final int HOPPER = 9;

  /// PyTorch asks for the compute capability, we have names only.
  @Test
  void areLargeOnEachGpuOfTheCatalogueThatIsHopperOrNewer() {
    GpuCatalogue catalogue = GpuCatalogueReader.own();
    assertThat(catalogue.models())
        .allSatisfy(
            model -> {
              assertThat(CublasWorkspaces.ofTraining(model.name())).isEqualTo(expected(model));
              assertThat(catalogue.entry(model.name()).orElseThrow().driver())
                  .allSatisfy(
                      name ->
                          assertThat(CublasWorkspaces.ofTraining(name)).isEqualTo(expected(model)));
            });
    assertThat(catalogue.models()).anySatisfy(model -> assertThat(isHopper(model)).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "24GiB", "Quadro RTX 5000", "NVIDIA A100-SXM4-40GB"})
  void areSmallWhereNothingIsKnown(String name) {
    assertThat(CublasWorkspaces.ofTraining(name)).isEqualTo(new MemorySize(2 * 8_519_680));
  }

  private static MemorySize expected(GpuModel model) {
    return isHopper(model) ? MemorySize.ofMebibytes(64) : new MemorySize(2 * 8_519_680);
  }

  private static boolean isHopper(GpuModel model) {
    ComputeCapability capability = model.computeCapability();
    return capability != null && capability.major() >= HOPPER;
  }
}
