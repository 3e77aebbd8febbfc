package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A GPU of the live fleet. An A100 has 40,960 MiB, of which processes can have 40,448.
class LiveGpuTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final String A100 = "NVIDIA A100-SXM4-40GB";

  @Test
  void freeIsWhatProcessesCanHaveLessWhatIsHeld() {
    FleetGpu gpu = gpu("a", 0, A100, null, 40_960, 30_000, 500, 1).as(kind(A100, null, 40_960));
    assertThat(gpu.free()).isEqualTo(mib(40_448 - 10_960));
    assertThat(gpu.idle()).isFalse();
    assertThat(gpu("a", 0, A100, null, 40_960, -5, 0, 2).as(kind(A100, null, 40_960)).free())
        .isEqualTo(MemorySize.ZERO);
  }

  @Test
  void withoutAJobItIsIdleIfNobodyHoldsMoreThanTheDriverMay() {
    FleetGpu idle = gpu("a", 0, A100, null, 40_960, 40_448, 512, 0).as(kind(A100, null, 40_960));
    assertThat(idle.idle()).isTrue();
    assertThat(idle.free()).isEqualTo(mib(40_448));
    FleetGpu used = gpu("a", 0, A100, null, 40_960, 40_447, 513, 0).as(kind(A100, null, 40_960));
    assertThat(used.idle()).isFalse();
    assertThat(used.free()).isEqualTo(mib(40_448 - 513));
  }

  @Test
  void itIsAsTheCatalogueKnowsItWhereTheAgentAgrees() {
    assertThat(kind(A100, null, 40_960).name()).isEqualTo("A100-40GB");
    assertThat(kind(A100, null, 40_960).usable()).isEqualTo(mib(40_448));
    assertThat(kind(A100, null, 40_960).usableBasis()).doesNotContain("agent");
    assertThat(kind(A100, null, 20_000).usable()).isEqualTo(GpuModel.usableOf(mib(20_000)));
    GpuModel slice = kind(A100, "1g.5gb", 4864);
    assertThat(slice.name()).isEqualTo("A100-40GB:1g.5gb");
    assertThat(slice.usable()).isLessThanOrEqualTo(mib(4864));
    assertThat(slice.pricePerHour()).isNull();
    assertThat(kind(A100, null, 40_960).computeCapability()).isNotNull();
  }

  @Test
  void whatTheCatalogueLacksIsAsItsAgentSays() {
    GpuModel unknown = kind("Gaudi", null, 98_304);
    assertThat(unknown.name()).isEqualTo("Gaudi");
    assertThat(unknown.total()).isEqualTo(mib(98_304));
    assertThat(unknown.usable()).isEqualTo(GpuModel.usableOf(mib(98_304)));
    assertThat(unknown.usableBasis()).contains("its agent's total");
    assertThat(kind(null, null, 1000).name()).isEqualTo("unknown");
    assertThat(kind("Gaudi", "1g.1gb", 1000).name()).isEqualTo("Gaudi:1g.1gb");
    assertThat(kind("Gaudi", "1g.1gb", 1000).usable()).isEqualTo(mib(1000));
  }

  @Test
  void gpusComeByNodeAndIndexAndSlicesLast() {
    // When
    Fleet fleet =
        LiveGpu.fleet(
            GPUS,
            List.of(
                gpu("b", 0, "m0", null, 1000, 0, 0, 1),
                gpu("a", 0, "slice", "1g.1gb", 1000, 0, 0, 1),
                gpu("a", null, "last", null, 1000, 0, 0, 1),
                gpu("a", 10, "m10", null, 1000, 0, 0, 1),
                gpu("a", 2, "m2", null, 1000, 0, 0, 1)));

    // Then
    assertThat(fleet.nodes()).extracting(FleetNode::name).containsExactly("a", "b");
    assertThat(fleet.nodes().getFirst().gpus())
        .extracting(gpu -> gpu.model().name())
        .containsExactly("m2", "m10", "last", "slice:1g.1gb");
  }

  private static GpuModel kind(@Nullable String model, @Nullable String profile, long totalMib) {
    return gpu("a", 0, model, profile, totalMib, 0, 0, 0).kind(GPUS);
  }

  private static LiveGpu gpu(
      String host,
      @Nullable Integer index,
      @Nullable String model,
      @Nullable String profile,
      long totalMib,
      long headroomMib,
      long unattributedMib,
      int jobs) {
    return new LiveGpu(
        host, index, model, profile, mib(totalMib), headroomMib << 20, mib(unattributedMib), jobs);
  }

  private static MemorySize mib(long mebibytes) {
    return MemorySize.ofMebibytes(mebibytes);
  }
}
