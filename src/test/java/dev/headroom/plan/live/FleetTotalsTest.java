package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetTotalsTest extends LiveCluster {

  @Test
  void totalsAddUpByModel() {
    // Given
    gpu("GPU-1", A100, 40_960, 20_000);
    gpu("GPU-2", A100, 40_960, 100);
    gpu("GPU-3", "NVIDIA GeForce RTX 2060", 6144, 3000);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes(), null, null);
    job("doomed", "GPU-3", 2000 * MIB, null, null);

    // When
    List<FleetTotals> totals = FleetTotals.of(live(), _ -> true, _ -> true);

    // Then
    FleetTotals a100 =
        totals.stream().filter(it -> it.model().equals(A100)).findFirst().orElseThrow();
    assertThat(a100.capacity()).isEqualTo(2 * 40_448 * MIB);
    assertThat(a100.measured()).isEqualTo(20_100 * MIB);
    assertThat(a100.reclaimable()).isEqualTo((40_448 - 9856) * MIB);
    assertThat(a100.committed()).isBetween(VGG.peak().device().bytes(), 9856 * MIB);
    // What is left beside a job: with what is committed and what is idle, all that there is.
    assertThat(a100.stranded()).isEqualTo(40_448 * MIB - a100.committed());
    assertThat(List.of(a100.idle(), a100.used(), a100.overcommitted())).containsExactly(1, 1, 0);
    FleetTotals small = totals.stream().filter(it -> !it.equals(a100)).findFirst().orElseThrow();
    assertThat(small.overcommitted()).isEqualTo(1);
    assertThat(FleetTotals.of(live(), _ -> false, _ -> false)).isEmpty();
  }

  @Test
  void theGpusOfAModelAddUp() {
    // Given: one job as predicted, one that allocates 1 GiB more
    gpu("GPU-1", A100, 40_960, 20_000);
    gpu("GPU-2", A100, 40_960, 100);
    gpu("GPU-3", A100, 40_960, 10);
    job("one", "GPU-1", VGG.peak().allocated().bytes(), null, null);
    job("two", "GPU-2", VGG.peak().allocated().bytes() + 1024 * MIB, null, null);

    // When
    FleetTotals first =
        FleetTotals.of(live(), gpu -> gpu.sample().gpu().equals("GPU-1"), _ -> false).getFirst();
    FleetTotals all = FleetTotals.of(live(), _ -> true, name -> name.equals("two")).getFirst();

    // Then
    assertThat(first.capacity()).isEqualTo(40_448 * MIB);
    assertThat(first.reclaimable()).isZero();
    assertThat(first.committed()).isGreaterThan(VGG.peak().device().bytes());
    assertThat(all.committed()).isEqualTo(2 * first.committed() + 1024 * MIB);
    assertThat(all.stranded()).isEqualTo(2 * 40_448 * MIB - all.committed());
    assertThat(all.measured()).isEqualTo(20_110 * MIB);
    assertThat(all.reclaimable()).isEqualTo((40_448 - 9856) * MIB);
    assertThat(List.of(all.idle(), all.used(), all.overcommitted())).containsExactly(1, 2, 0);
  }

  @Test
  void aGpuIsOvercommittedFromTheFirstByteThatIsTooMany() {
    // Given a job that fills the GPU, and one beside it that has one byte too many
    gpu("GPU-1", A100, 40_960, 0);
    gpu("GPU-2", A100, 40_960, 0);
    measured("full", "GPU-1", 40_448 * MIB);
    measured("over", "GPU-2", 40_448 * MIB + 1);

    // When
    FleetTotals full =
        FleetTotals.of(live(), gpu -> gpu.sample().gpu().equals("GPU-1"), _ -> true).getFirst();
    FleetTotals over =
        FleetTotals.of(live(), gpu -> gpu.sample().gpu().equals("GPU-2"), _ -> true).getFirst();

    // Then
    assertThat(List.of(full.idle(), full.used(), full.overcommitted())).containsExactly(0, 1, 0);
    assertThat(full.committed()).isEqualTo(full.capacity());
    assertThat(full.stranded()).isZero();
    assertThat(List.of(over.idle(), over.used(), over.overcommitted())).containsExactly(0, 0, 1);
    assertThat(over.stranded()).isZero();
  }

  /// A job without a budget.
  private void measured(String job, String gpu, long bytes) {
    snapshots =
        snapshots.with(
            SnapshotBuilder.sample(job, gpu, 2).processUsed(new MemorySize(bytes)).build(), 2);
  }

  @Test
  void beyondAHundredModelsTheRestAreOthers() {
    for (int i = 0; i < 102; i++) {
      gpu("GPU-" + i, "model-%03d".formatted(i), 10_000, 0);
    }
    List<FleetTotals> totals = FleetTotals.of(live(), _ -> true, _ -> true);
    assertThat(totals).hasSize(101);
    assertThat(totals)
        .filteredOn(it -> it.model().equals("others"))
        .extracting(FleetTotals::idle)
        .containsExactly(2);
  }
}
