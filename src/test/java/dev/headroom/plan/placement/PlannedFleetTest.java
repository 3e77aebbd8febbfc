package dev.headroom.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Node `wide` has three GPUs of 100 bytes, `narrow` one of those and one of 40 bytes.
class PlannedFleetTest {

  private static final FleetGpu LARGE = gpu("large", 100, 2.0);
  private static final FleetGpu SMALL = gpu("small", 40, null);
  private static final Fleet FLEET =
      new Fleet(
          List.of(
              new FleetNode("wide", Collections.nCopies(3, LARGE)),
              new FleetNode("narrow", List.of(LARGE, SMALL))));

  private final PlannedFleet fleet = new PlannedFleet(FLEET);

  @Test
  void equalGpusAreOneKindAndEachNodeHasAGroupOfEachModel() {
    assertThat(fleet.kinds()).isEqualTo(2);
    assertThat(fleet.groups())
        .extracting(group -> group.model().name() + " " + group.gpus().size())
        .containsExactly("large 3", "large 1", "small 1");
    assertThat(fleet.usedGpus()).isZero();
    assertThat(fleet.price()).isZero();
  }

  @Test
  void theNodeWithTheFewestUntouchedGpusComesFirst() {
    assertThat(take(70)).isEqualTo(new PlacedRank("narrow", 0, device(LARGE), 70));
    assertThat(take(71).node()).isEqualTo("wide");
    assertThat(take(72).gpu()).isEqualTo(1);
    assertThat(take(73).gpu()).isEqualTo(2);
    assertThat(fleet.untouched(0)).isNull();
    assertThat(fleet.usedGpus()).isEqualTo(4);
    assertThat(fleet.price()).isEqualTo(8);
  }

  @Test
  void theTightestUsedGpuIsTheOneThatLeavesLeast() {
    // Given 30, 20 and 60 left
    assertThat(fleet.tightest(0, job(true, 1))).isNull();
    for (long bytes : new long[] {70, 80, 40}) {
      var _ = take(bytes);
    }

    // Then
    assertThat(free(job(true, 20))).isEqualTo(20);
    assertThat(free(job(true, 21))).isEqualTo(30);
    assertThat(free(job(true, 31))).isEqualTo(60);
    assertThat(fleet.tightest(0, job(true, 61))).isNull();
    assertThat(fleet.tightest(0, job(false, 1))).isNull();

    // When the tightest is filled up
    var _ = fleet.take(Objects.requireNonNull(fleet.tightest(0, job(true, 20))), job(true, 20));

    // Then
    assertThat(free(job(true, 1))).isEqualTo(30);
    assertThat(fleet.usedGpus()).isEqualTo(3);
  }

  @Test
  void whatIsOwnedIsOpenToNobodyAndAGpuWithoutAPriceHasNone() {
    var _ = fleet.take(Objects.requireNonNull(fleet.untouched(1)), job(false, 10));
    assertThat(fleet.tightest(1, job(true, 1))).isNull();
    assertThat(fleet.usedGpus()).isEqualTo(1);
    assertThat(fleet.price()).isNaN();
  }

  private PlacedRank take(long bytes) {
    return fleet.take(Objects.requireNonNull(fleet.untouched(0)), job(true, bytes));
  }

  private long free(Workload workload) {
    return Objects.requireNonNull(fleet.tightest(0, workload)).free();
  }

  private static CudaDevice device(FleetGpu gpu) {
    return CudaDevice.whole(gpu.model());
  }

  private static Workload job(boolean shares, long bytes) {
    return RandomClusters.workload("j", 1, 1, shares, bytes, FLEET);
  }

  private static FleetGpu gpu(String name, long bytes, @Nullable Double price) {
    var size = new MemorySize(bytes);
    return FleetGpu.idle(
        new GpuModel(name, size, size, "said", null, null, price), GpuPartition.WHOLE);
  }
}
