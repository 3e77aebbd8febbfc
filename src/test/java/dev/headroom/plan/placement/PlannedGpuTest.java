package dev.headroom.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.gpu.MigGeometry;
import dev.headroom.gpu.MigProfile;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One GPU, whole, divided and divisible.
class PlannedGpuTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final GpuModel A100 = GPUS.model("A100-40GB").orElseThrow();
  private static final MigGeometry MIG = A100.geometry().orElseThrow();
  private static final MigProfile SMALL = profile("1g.5gb");
  private static final MigProfile LARGE = profile("3g.20gb");
  private static final long ALL = A100.usable().bytes();

  @Test
  void aWholeGpuIsSharedOrOwned() {
    // Given
    PlannedGpu gpu = planned(GpuPartition.WHOLE);
    assertThat(gpu.left(job(true, ALL), true)).isZero();
    assertThat(gpu.left(job(true, ALL + 1), true)).isEqualTo(PlannedGpu.NOT_HERE);
    assertThat(gpu.part(job(true, ALL / 2))).isEqualTo(0.5);
    assertThat(gpu.part(job(false, 1))).isEqualTo(1);
    assertThat(gpu.isUsed()).isFalse();

    // When one that shares is on it
    assertThat(gpu.take(job(true, 100)).name()).isEqualTo("A100-40GB");

    // Then another may come, and one that does not share may not
    assertThat(gpu.isUsed()).isTrue();
    assertThat(gpu.isFull()).isFalse();
    assertThat(gpu.free()).isEqualTo(ALL - 100);
    assertThat(gpu.left(job(true, 100), false)).isEqualTo(ALL - 200);
    assertThat(gpu.left(job(false, 100), true)).isEqualTo(PlannedGpu.NOT_HERE);

    // When one has it for itself
    PlannedGpu owned = planned(GpuPartition.WHOLE);
    var _ = owned.take(job(false, 100));
    assertThat(owned.isFull()).isTrue();
    assertThat(owned.left(job(true, 1), true)).isEqualTo(PlannedGpu.NOT_HERE);
  }

  @Test
  void whereSomebodyElseIsOnlyThoseThatShareMayCome() {
    PlannedGpu gpu =
        new PlannedGpu(0, 0, 0, new FleetGpu(A100, GpuPartition.WHOLE, new MemorySize(500), false));
    assertThat(gpu.left(job(true, 500), true)).isZero();
    assertThat(gpu.left(job(true, 501), true)).isEqualTo(PlannedGpu.NOT_HERE);
    assertThat(gpu.left(job(false, 1), true)).isEqualTo(PlannedGpu.NOT_HERE);
  }

  @Test
  void ofADividedGpuTheInstanceThatLeavesLeastIsTaken() {
    // Given
    PlannedGpu gpu = planned(GpuPartition.Divided.of(MIG, List.of(LARGE, SMALL)));
    long small = SMALL.usable().bytes();
    long large = LARGE.usable().bytes();
    assertThat(gpu.isWhole()).isFalse();
    assertThat(gpu.left(job(false, small), true)).isZero();
    assertThat(gpu.left(job(false, small), false)).isEqualTo(PlannedGpu.NOT_HERE);
    assertThat(gpu.part(job(false, 1))).isEqualTo((double) small / (small + large));
    assertThat(gpu.part(job(true, 1000))).isEqualTo(1000.0 / (small + large));

    // When
    assertThat(gpu.take(job(false, small)).name()).isEqualTo("A100-40GB:1g.5gb");

    // Then the other one is left, shared until it is owned
    assertThat(gpu.left(job(false, small), true)).isEqualTo(large - small);
    assertThat(gpu.take(job(true, 100)).name()).isEqualTo("A100-40GB:3g.20gb");
    assertThat(gpu.left(job(true, 100), true)).isEqualTo(large - 200);
    assertThat(gpu.left(job(false, 100), true)).isEqualTo(PlannedGpu.NOT_HERE);
    assertThat(gpu.isFull()).isFalse();
    PlannedGpu full = planned(GpuPartition.Divided.of(MIG, List.of(SMALL)));
    var _ = full.take(job(false, 1));
    assertThat(full.isFull()).isTrue();
  }

  @Test
  void ofADivisibleGpuTheSmallestProfilesAreMadeUntilItIsFull() {
    // Given
    PlannedGpu gpu = planned(new GpuPartition.Divisible(MIG));
    long small = SMALL.usable().bytes();
    assertThat(gpu.left(job(false, small), true)).isZero();
    assertThat(gpu.left(job(false, small), false)).isEqualTo(PlannedGpu.NOT_HERE);
    assertThat(gpu.part(job(false, small))).isEqualTo(1.0 / 8);
    assertThat(gpu.left(job(false, small + 1), true))
        .isEqualTo(profile("1g.10gb").usable().bytes() - small - 1);

    // When
    for (int i = 0; i < 7; i++) {
      assertThat(gpu.isFull()).isFalse();
      assertThat(gpu.take(job(false, small)).name()).isEqualTo("A100-40GB:1g.5gb");
    }

    // Then
    assertThat(gpu.isFull()).isTrue();
    assertThat(gpu.left(job(false, 1), true)).isEqualTo(PlannedGpu.NOT_HERE);
    PlannedGpu used =
        new PlannedGpu(
            0, 0, 0, new FleetGpu(A100, new GpuPartition.Divisible(MIG), A100.usable(), false));
    assertThat(used.left(job(false, 1), true)).isEqualTo(PlannedGpu.NOT_HERE);
  }

  private static PlannedGpu planned(GpuPartition partition) {
    return new PlannedGpu(0, 0, 0, FleetGpu.idle(A100, partition));
  }

  private static Workload job(boolean shares, long bytes) {
    var fleet =
        new Fleet(List.of(new FleetNode("n", List.of(FleetGpu.idle(A100, GpuPartition.WHOLE)))));
    return RandomClusters.workload("j", 1, 1, shares, bytes, fleet);
  }

  private static MigProfile profile(String name) {
    return MIG.profiles().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }
}
