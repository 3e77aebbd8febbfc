package dev.headroom.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Ranks on eight GPUs of 100 GiB.
class LowerBoundTest {

  private static final long GIB = 1L << 30;
  private static final GpuModel MODEL = GpuModel.ofSize("100GiB", new MemorySize(100 * GIB));
  private static final Fleet FLEET =
      new Fleet(
          List.of(
              new FleetNode(
                  "n", Collections.nCopies(8, FleetGpu.idle(MODEL, GpuPartition.WHOLE)))));

  /// Sizes of ranks that share, in GiB, and the fewest GPUs that hold them.
  @ParameterizedTest
  @CsvSource({
    "50, 1",
    "50 50, 1",
    "51 51, 2",
    "60 60 60, 3",
    "60 40 60 40, 2",
    "100 1, 2",
    "34 34 34, 2",
    "25 25 25 25, 1",
    "25 25 25 25 1, 2",
    "70 70 30 30 30, 3"
  })
  void isTheFewestThatHoldWhatIsShared(String sizes, int gpus) {
    var runs = new ArrayList<PlacedRun>();
    for (String size : sizes.split(" ", -1)) {
      runs.add(run(1, true, Long.parseLong(size)));
    }
    assertThat(LowerBound.of(FLEET, runs)).isEqualTo(gpus);
  }

  @Test
  void ranksOfOneRunAreOnDifferentGpus() {
    assertThat(LowerBound.of(FLEET, List.of(run(4, true, 1)))).isEqualTo(4);
  }

  @Test
  void whoSharesNothingHasAGpu() {
    assertThat(LowerBound.of(FLEET, List.of(run(1, false, 10), run(1, false, 10)))).isEqualTo(2);
    assertThat(LowerBound.of(FLEET, List.of(run(1, false, 10), run(1, true, 10)))).isEqualTo(2);
    assertThat(LowerBound.of(FLEET, List.of())).isZero();
  }

  private static PlacedRun run(int ranks, boolean shares, long gib) {
    Workload workload =
        RandomClusters.workload(
            "job-%d-%d-%s".formatted(ranks, gib, shares), 1, ranks, shares, gib * GIB, FLEET);
    var placed = new ArrayList<PlacedRank>();
    for (int i = 0; i < ranks; i++) {
      placed.add(new PlacedRank("n", i, dev.headroom.gpu.CudaDevice.whole(MODEL), gib * GIB));
    }
    return new PlacedRun(workload, 0, placed, "");
  }
}
