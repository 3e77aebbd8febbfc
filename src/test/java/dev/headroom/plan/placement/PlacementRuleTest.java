package dev.headroom.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementRuleTest {

  private static final Fleet FLEET =
      new Fleet(List.of(new FleetNode("n", List.of(idle(gpu(null))))));

  /// Jobs of a size, ranks, and whether they share.
  private static final List<Workload> JOBS =
      List.of(
          workload("small", 1, true, 10),
          workload("b-large", 1, false, 90),
          workload("a-large", 1, false, 90),
          workload("wide", 8, false, 20),
          workload("shared", 1, true, 95));

  @ParameterizedTest
  @CsvSource({
    "BEST_FIT_DECREASING, shared a-large b-large wide small",
    "CHEAPEST_GPU, shared a-large b-large wide small",
    "RANKS_FIRST, wide shared a-large b-large small",
    "FEWEST_GPUS, a-large b-large wide shared small"
  })
  void jobsComeInItsOrder(PlacementRule rule, String names) {
    assertThat(JOBS.stream().sorted(rule.order(Workload::least)))
        .extracting(workload -> workload.job().name())
        .containsExactly(names.split(" ", -1));
  }

  @Test
  void openingAGpuCostsWhatIsLeftOrTakenOrPaid() {
    Workload half = workload("half", 1, true, 50);
    PlannedGpu free = new PlannedGpu(0, 0, 0, idle(gpu(null)));
    PlannedGpu paid = new PlannedGpu(0, 0, 0, idle(gpu(2.5)));
    assertThat(PlacementRule.BEST_FIT_DECREASING.cost(half, free, 7)).isEqualTo(7);
    assertThat(PlacementRule.RANKS_FIRST.cost(half, free, 7)).isEqualTo(7);
    assertThat(PlacementRule.FEWEST_GPUS.cost(half, free, 7)).isEqualTo(0.5);
    assertThat(PlacementRule.CHEAPEST_GPU.cost(half, free, 7)).isEqualTo(-7);
    assertThat(PlacementRule.CHEAPEST_GPU.cost(half, paid, 7)).isEqualTo(2.5);
    assertThat(PlacementRule.ALL).containsExactly(PlacementRule.values());
  }

  private static Workload workload(String name, int ranks, boolean shares, long bytes) {
    return RandomClusters.workload(name, 1, ranks, shares, bytes, FLEET);
  }

  private static FleetGpu idle(GpuModel model) {
    return FleetGpu.idle(model, GpuPartition.WHOLE);
  }

  private static GpuModel gpu(@Nullable Double price) {
    var size = new MemorySize(100);
    return new GpuModel("x", size, size, "said", null, null, price);
  }
}
