package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LiveFleetTest extends LiveCluster {

  @Test
  void whatIsFreeIsWhatIsLeftOnceTheJobsHavePeaked() {
    // Given
    gpu("GPU-1", A100, 40_960, 7000);
    gpu("GPU-2", A100, 40_960, 3);
    gpu("GPU-3", "Gaudi", 98_304, 0);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes(), null, 7000 * MIB);

    // When
    Fleet fleet = live().fleet();

    // Then
    List<FleetGpu> gpus = fleet.nodes().getFirst().gpus();
    assertThat(gpus).hasSize(3);
    FleetGpu used = gpus.stream().filter(gpu -> !gpu.idle()).findFirst().orElseThrow();
    assertThat(used.free()).isEqualTo(MemorySize.ofMebibytes(40_448 - 7000));
    assertThat(gpus.stream().filter(FleetGpu::idle).map(FleetGpu::free))
        .containsExactlyInAnyOrder(
            MemorySize.ofMebibytes(40_448), GpuModel.usableOf(MemorySize.ofMebibytes(98_304)));
  }

  @Test
  void aTenantIsAJobWithABudgetOnGpusOfOneKind() {
    // Given
    for (int gpu = 1; gpu <= 4; gpu++) {
      gpu("GPU-" + gpu, gpu == 4 ? "Tesla T4" : A100, gpu == 4 ? 15_360 : 40_960, 100);
    }
    rank("wide", 0, "GPU-1", sample -> sample.allocated(plus(VGG.peak().allocated(), 10)));
    rank("wide", 1, "GPU-2", sample -> sample.allocated(plus(VGG.peak().allocated(), 30)));
    rank("wide", 2, "GPU-2", sample -> sample.phase(JobPhase.ENDED).allocated(MemorySize.ZERO));
    rank("shared", 0, "GPU-3", sample -> sample.processUsed(plus(VGG.peak().deviceP95(), 7)));
    rank("mixed", 0, "GPU-3", sample -> sample.allocated(new MemorySize(1)));
    rank("mixed", 1, "GPU-4", sample -> sample.reserved(plus(VGG.peak().deviceP95(), 7)));
    rank("ended", 0, "GPU-3", sample -> sample.phase(JobPhase.ENDED).allocated(MemorySize.ZERO));
    rank("elsewhere", 0, "GPU-9", sample -> sample.allocated(new MemorySize(1)));
    snapshots =
        snapshots.with(
            SnapshotBuilder.sample("bare", "GPU-3", 2).allocated(new MemorySize(1)).build(), 2);

    // When
    LiveFleet fleet = live();

    // Then
    assertThat(fleet.tenants())
        .extracting(
            LiveFleet.Tenant::job,
            LiveFleet.Tenant::ranks,
            LiveFleet.Tenant::alone,
            LiveFleet.Tenant::beyond)
        .containsExactly(
            tuple("mixed", 2, false, 0L),
            tuple("shared", 1, false, 7L),
            tuple("wide", 2, true, 30L));
    LiveFleet.Tenant wide = fleet.tenants().getLast();
    CudaDevice device = CudaDevice.whole(wide.kind());
    assertThat(wide.needs(fleet.spread(), device))
        .isEqualTo(
            fleet.spread().of(wide.registration().config(), VGG, wide.kind()).p95().bytes() + 30);
    assertThat(LiveFleet.beyond(Objects.requireNonNull(fleet.jobs().get("wide")), VGG))
        .isEqualTo(30);
    assertThat(fleet.kinds()).extracting(GpuModel::name).containsExactly("A100-40GB", "T4");
    assertThat(Objects.requireNonNull(fleet.kind("GPU-4")).name()).isEqualTo("T4");
    assertThat(fleet.kind("GPU-9")).isNull();
    assertThat(fleet.gpuHeadrooms()).hasSize(4);
    assertThat(fleet.catalogue()).isSameAs(GPUS);
  }

  private void rank(
      String job, int rank, String gpu, UnaryOperator<MemorySample.Builder> measured) {
    snapshots =
        snapshots
            .with(SnapshotBuilder.config(job, "vgg16", VGG), 1)
            .with(
                measured
                    .apply(SnapshotBuilder.sample(job, gpu, 2).rank(rank).pid(100L + rank))
                    .build(),
                2);
  }

  private static MemorySize plus(MemorySize size, long bytes) {
    return size.plus(new MemorySize(bytes));
  }
}
