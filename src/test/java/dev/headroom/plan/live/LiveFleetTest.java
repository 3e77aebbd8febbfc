package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A ledger of real sizes: vgg16 with a batch of 32 takes 6.7 GiB at the 95th percentile.
class LiveFleetTest {

  private static final long MIB = 1L << 20;
  private static final String A100 = "NVIDIA A100-SXM4-40GB";
  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final Budget VGG =
      (Budget) new Predictor(new KnownOverheads()).predict(GoldenConfigs.of("vgg16"));

  private SnapshotBuilder snapshots = new SnapshotBuilder();

  @Test
  void aJobThatReservesTooMuchIsOnTheListWithTheSliceThatSuffices() {
    // Given: it allocates what was predicted and reserves three times as much
    gpu("GPU-1", A100, 40_960, 20_000);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes(), 18_000 * MIB, 19_500 * MIB);

    // When
    Rightsizing found = Rightsizing.of(live());

    // Then
    assertThat(found.atRisk()).isEmpty();
    assertThat(found.smaller()).hasSize(1);
    Rightsizing.Smaller vgg = found.smaller().getFirst();
    assertThat(vgg.holds()).isEqualTo("A100-40GB");
    assertThat(vgg.suffices()).isEqualTo("A100-40GB:1g.10gb");
    assertThat(vgg.frees()).isEqualTo(MemorySize.ofMebibytes(40_448 - 9856));
    assertThat(vgg.gpus()).isEqualTo(0.75);
    assertThat(vgg.needs()).isBetween(VGG.peak().device(), MemorySize.ofMebibytes(9856));
  }

  @Test
  void aSmallerGpuThatTheFleetHasSufficesToo() {
    // Given
    gpu("GPU-1", "NVIDIA A40", 46_068, 7000);
    gpu("GPU-2", "Tesla T4", 15_360, 0);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes(), null, 7000 * MIB);

    // Then
    assertThat(Rightsizing.of(live()).smaller().getFirst().suffices()).isEqualTo("T4");
    assertThat(Rightsizing.of(live()).smaller().getFirst().gpus()).isEqualTo(1);
  }

  @Test
  void whoAllocatesMoreThanPredictedNeedsThatMuchMore() {
    // Given: 4 GiB beyond its budget, which no slice of two eighths holds
    gpu("GPU-1", A100, 40_960, 20_000);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes() + 4096 * MIB, null, null);

    // Then
    assertThat(Rightsizing.of(live()).smaller().getFirst().suffices())
        .isEqualTo("A100-40GB:3g.20gb");
  }

  @Test
  void jobsThatShareAGpuFreeNone() {
    // Given
    gpu("GPU-1", A100, 40_960, 14_000);
    job("one", "GPU-1", VGG.peak().allocated().bytes(), null, 7000 * MIB);
    job("two", "GPU-1", VGG.peak().allocated().bytes(), null, 7000 * MIB);

    // Then
    assertThat(Rightsizing.of(live()).smaller()).isEmpty();
  }

  @Test
  void whoWillNotSurviveItsPeakIsNamed() {
    // Given: a card of 6 GiB
    gpu("GPU-1", "NVIDIA GeForce RTX 2060", 6144, 3000);
    job("vgg16", "GPU-1", 2000 * MIB, null, 3000 * MIB);

    // When
    Rightsizing found = Rightsizing.of(live());

    // Then
    assertThat(found.smaller()).isEmpty();
    assertThat(found.atRisk()).hasSize(1);
    assertThat(found.atRisk().getFirst().outOfMemory()).isGreaterThan(0.05);
    assertThat(found.atRisk().getFirst().has()).isEqualTo(MemorySize.ofMebibytes(6144 - 512));
  }

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
  void theRoomOfAGpuIsWhatIsFreeNowAndOnceTheJobsHavePeaked() {
    // Given: a job that holds 3 of the 7 GiB that it will, 1 GiB of somebody else, and a slice
    gpu("GPU-1", A100, 40_960, 4096);
    job("vgg16", "GPU-1", 2000 * MIB, null, 3072 * MIB);
    gpu("GPU-2", "Tesla T4", 15_360, 3);

    // When
    Map<String, GpuRoom> rooms = new HashMap<>();
    GpuRoom.of(snapshots.snapshot(), GPUS)
        .forEach(room -> rooms.put(room.gpuHeadroom().gpu().sample().gpu(), room));

    // Then
    GpuRoom busy = Objects.requireNonNull(rooms.get("GPU-1"));
    assertThat(busy.idle()).isFalse();
    assertThat(busy.expected()).isEqualTo(VGG.peak().device());
    assertThat(busy.freeNow()).isEqualTo(MemorySize.ofMebibytes(40_960 - 4096 - 512));
    assertThat(busy.freeAtPeak())
        .isEqualTo(MemorySize.ofMebibytes(40_448 - 1024).minusOrZero(VGG.peak().device()));
    GpuRoom idle = Objects.requireNonNull(rooms.get("GPU-2"));
    assertThat(idle.idle()).isTrue();
    assertThat(idle.freeAtPeak()).isEqualTo(MemorySize.ofMebibytes(14_909));
    assertThat(idle.freeNow()).isEqualTo(MemorySize.ofMebibytes(15_360 - 3 - 451));
  }

  @Test
  void aJobThatFitsOnNoGpuIsNamedWithWhatItMisses() {
    // Given: a job that waits, and the cards of a fleet that are too small for it
    gpu("GPU-1", "NVIDIA GeForce RTX 2060", 6144, 0);
    gpu("GPU-2", "NVIDIA RTX A400", 4094, 0);
    snapshots = snapshots.with(SnapshotBuilder.config("vgg16", "vgg16", VGG), 1);

    // When
    List<Misfits.Misfit> found = Misfits.of(live());

    // Then
    assertThat(found).hasSize(1);
    Misfits.Misfit vgg = found.getFirst();
    assertThat(vgg.job()).isEqualTo("vgg16");
    assertThat(vgg.ranks()).isZero();
    assertThat(vgg.closest()).isEqualTo("NVIDIA GeForce RTX 2060");
    assertThat(vgg.has()).isEqualTo(MemorySize.ofMebibytes(6144 - 512));
    assertThat(vgg.missing()).isEqualTo(vgg.needs().minusOrZero(vgg.has()));
    assertThat(vgg.missing().bytes()).isPositive();

    // And it is none where one card has enough
    gpu("GPU-3", "Tesla T4", 15_360, 15_000);
    assertThat(Misfits.of(live())).isEmpty();
  }

  @Test
  void withoutAGpuNobodySaysWhatFits() {
    // Given
    snapshots = snapshots.with(SnapshotBuilder.config("vgg16", "vgg16", VGG), 1);

    // Then
    assertThat(Misfits.of(live())).isEmpty();
  }

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

  private LiveFleet live() {
    return new LiveFleet(
        snapshots.snapshot(), GPUS, new OverheadSpread(gpu -> KnownOverheads.forGpu(gpu.name())));
  }

  private void gpu(String uuid, String model, long totalMib, long usedMib) {
    snapshots =
        snapshots.with(
            new DeviceSampled(
                new DeviceSample(
                    uuid,
                    "gpu-07",
                    SnapshotBuilder.START.plusSeconds(1),
                    MemorySize.ofMebibytes(totalMib),
                    MemorySize.ofMebibytes(usedMib),
                    Integer.parseInt(uuid.substring(4)),
                    model,
                    "570.1",
                    null,
                    null,
                    null,
                    List.of())),
            1);
  }

  private void job(
      String name, String gpu, long allocated, @Nullable Long reserved, @Nullable Long process) {
    MemorySample.Builder sample =
        SnapshotBuilder.sample(name, gpu, 2).allocated(new MemorySize(allocated));
    if (reserved != null) {
      sample = sample.reserved(new MemorySize(reserved));
    }
    if (process != null) {
      sample = sample.processUsed(new MemorySize(process));
    }
    snapshots =
        snapshots.with(SnapshotBuilder.config(name, "vgg16", VGG), 1).with(sample.build(), 2);
  }
}
