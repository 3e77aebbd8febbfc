package dev.headroom.ledger.headroom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What people who run clusters reported of other tools, with the right value here. The inputs are
/// ours; each test names the reports.
class ClusterReportsTest extends ReportedCluster {

  /// pytorch#64130, pytorch#54564, sglang#3942: the driver lists each rank on every GPU.
  @Test
  void aRanksBudgetBelongsToTheGpuWhereItHoldsMost() {
    // Given: two GPUs of 16 GiB, 10 GiB used on each
    long own = 9_663_676_416L;
    long predicted = register("ddp", "pytorch", 560_000);
    for (int rank = 0; rank < 2; rank++) {
      for (int gpu = 0; gpu < 2; gpu++) {
        cluster.with(
            agent("ddp", "GPU-" + gpu, 1, 100 + rank, rank == gpu ? own : 0).rank(rank).build(), 1);
      }
    }
    device("GPU-0", 16 * GIB, 10 * GIB, null);
    device("GPU-1", 16 * GIB, 10 * GIB, null);

    // Then
    for (String gpu : List.of("GPU-0", "GPU-1")) {
      assertThat(on(gpu).unattributed()).isEqualTo(new MemorySize(10 * GIB - own));
      assertThat(on(gpu).headroom()).isEqualTo(16 * GIB - predicted - (10 * GIB - own));
      assertThat(on(gpu).atMost()).isEqualTo(on(gpu).headroom());
      assertThat(on(gpu).shares()).hasSize(1);
    }
    assertThat(JobPlaces.of(job("ddp")).ranks()).isEqualTo(2);
  }

  /// TensorRT-LLM#17654, and Slurm's requeue: a rank goes on elsewhere and never ended where it
  /// was.
  @Test
  void aPlaceThatFellSilentIsGone() {
    // Given
    cluster.with(requeued("GPU-A", "node-old", 0, 30 * GIB), 0);
    for (int second = 35; second < 70; second++) {
      cluster.with(requeued("GPU-B", "node-new", second, 5 * GIB), second);
    }
    cluster.with(agent("other", "GPU-A", 69, 7, 25 * GIB).rank(0).build(), 69);
    device("GPU-A", 40 * GIB, 26 * GIB, null);
    device("GPU-B", 40 * GIB, 6 * GIB, null);

    // Then
    Place fullest = JobPlaces.of(job("slurm-880123")).fullest().orElseThrow();
    assertThat(fullest.held()).isEqualTo(new MemorySize(5 * GIB));
    assertThat(JobPlaces.of(job("slurm-880123")).places())
        .extracting(Place::gpu)
        .containsExactly("GPU-B");
    assertThat(on("GPU-A").headroom()).isEqualTo(14 * GIB);
  }

  /// nvtop#432, and WSL: the driver does not say what a process holds.
  @Test
  void whatIsUsedIsTheOnlyProcessesOnItsGpu() {
    // Given
    long total = 17_171_480_576L;
    long predicted = register("wsl", "pytorch", 400_000);
    device("GPU-0", total, predicted, null, new GpuProcess(79, null, "wsl", null));

    // Then
    assertThat(on("GPU-0").unattributed()).isEqualTo(MemorySize.ZERO);
    assertThat(on("GPU-0").headroom()).isEqualTo(total - predicted);
    assertThat(on("GPU-0").atMost()).isEqualTo(total - predicted);
  }

  /// nvtop#432 with a second process: nobody can say whose the memory is.
  @Test
  void whatNobodyCanTellApartIsARange() {
    // Given
    long predicted = register("wsl", "pytorch", 400_000);
    device(
        "GPU-0",
        16 * GIB,
        2 * GIB,
        null,
        new GpuProcess(79, null, "wsl", null),
        new GpuProcess(80, null, null, null));

    // Then
    assertThat(on("GPU-0").headroom()).isEqualTo(16 * GIB - predicted - 2 * GIB);
    assertThat(on("GPU-0").atMost()).isEqualTo(16 * GIB - predicted);
  }

  /// nvidia-docker#1483, pynvml#36: a container has other process ids and another host name.
  @Test
  void oneProcessInAContainerIsOne() {
    // Given
    cluster.with(
        MemorySample.builder("container", "GPU-0", SnapshotBuilder.START.plusSeconds(1))
            .host("node-7")
            .pid(48_213L)
            .source(SampleSource.NVML)
            .processUsed(new MemorySize(10 * GIB))
            .build(),
        1);
    cluster.with(
        MemorySample.builder("container", "GPU-0", SnapshotBuilder.START.plusSeconds(1))
            .host("train-a-0")
            .pid(7L)
            .source(SampleSource.FRAMEWORK)
            .reserved(new MemorySize(9 * GIB))
            .build(),
        1);
    device("GPU-0", 40 * GIB, 11 * GIB, null);

    // Then
    assertThat(JobPlaces.of(job("container")).ranks()).isEqualTo(1);
    assertThat(on("GPU-0").unattributed()).isEqualTo(new MemorySize(GIB));
    assertThat(on("GPU-0").headroom()).isEqualTo(31_138_512_896L);
  }

  /// nvidia-docker#1483 with pytorch#64130: in a container, and listed on every GPU of its node.
  @Test
  void aContainerWhoseProcessIsListedOnEveryGpuIsNoConflict() {
    // Given
    for (int second = 1; second < 9; second++) {
      for (String gpu : List.of("GPU-0", "GPU-1")) {
        long used = gpu.equals("GPU-0") ? 10 * GIB : 0;
        cluster.with(agent("container", gpu, second, 48_213, used).rank(0).build(), second);
      }
      cluster.with(
          SnapshotBuilder.sample("container", "GPU-0", second)
              .host("train-a-0")
              .pid(7L)
              .reserved(new MemorySize(9 * GIB))
              .build(),
          second);
    }

    // Then
    assertThat(cluster.snapshot().conflicts()).isZero();
    assertThat(job("container").placements()).noneMatch(Placement::contested);
  }

  /// pytorch#64130: a process that holds nothing on a GPU is not among those that share it.
  @Test
  void aContextThatHoldsNothingSharesNoGpu() {
    // Given
    cluster.with(agent("visitor", "GPU-0", 1, 1, 10 * GIB).rank(0).build(), 1);
    cluster.with(agent("visitor", "GPU-1", 1, 1, 0).rank(0).build(), 1);
    cluster.with(agent("owner", "GPU-1", 1, 2, 10 * GIB).rank(0).build(), 1);
    device(
        "GPU-1",
        16 * GIB,
        10 * GIB,
        null,
        new GpuProcess(1, MemorySize.ZERO, "visitor", 0),
        new GpuProcess(2, new MemorySize(10 * GIB), "owner", 0));

    // Then
    assertThat(on("GPU-1").shares())
        .extracting(share -> share.job().job())
        .containsExactly("owner");
  }

  /// k8s-device-plugin#461: in its own container each process is pid 7; the host's pid 7 is
  // another.
  @Test
  void whatIsChargedToAnothersProcessOfThatIdIsNotOurs() {
    // Given
    cluster.with(
        SnapshotBuilder.sample("boxed", "GPU-0", 1)
            .host("train-b-0")
            .pid(7L)
            .reserved(new MemorySize(2 * GIB))
            .build(),
        1);
    device(
        "GPU-0", 16 * GIB, 9 * GIB, null, new GpuProcess(7, new MemorySize(9 * GIB), null, null));

    // Then
    assertThat(on("GPU-0").unattributed()).isEqualTo(new MemorySize(7 * GIB));
  }

  /// ace#1396: data loaders with a context of their own inherit RANK.
  @Test
  void whatTheProcessesOfARankHoldAddsUp() {
    // Given
    cluster.with(agent("loaders", "GPU-0", 1, 100, 32_212_254_720L).rank(0).build(), 1);
    for (int worker = 0; worker < 24; worker++) {
      cluster.with(agent("loaders", "GPU-0", 1, 200 + worker, 545_259_520L).rank(0).build(), 1);
    }
    device("GPU-0", 80 * GIB, 43 * GIB, null);

    // Then
    assertThat(JobPlaces.of(job("loaders")).fullest().orElseThrow().held())
        .isEqualTo(new MemorySize(45_298_483_200L));
    assertThat(on("GPU-0").unattributed()).isEqualTo(new MemorySize(872_415_232L));
    assertThat(job("loaders").tally().duplicate()).isZero();
    assertThat(job("loaders").tally().applied()).isEqualTo(25);
    assertThat(JobPlaces.of(job("loaders")).ranks()).isEqualTo(1);
  }

  /// KAI-Scheduler#2212: what the driver keeps is nobody's to have.
  @Test
  void theDriversReserveIsNotLeft() {
    // Given
    cluster.with(agent("a", "GPU-0", 1, 1, 4096 * MIB).rank(0).build(), 1);
    device("GPU-0", 15_360 * MIB, 4096 * MIB, new MemorySize(450 * MIB));

    // Then
    assertThat(on("GPU-0").headroom()).isEqualTo(10_814 * MIB);
  }

  /// KAI-Scheduler#2212 for a job that grows: it is out of memory before the reserve is used.
  @Test
  void aGpuIsFullWhereTheDriversReserveBegins() {
    // When: 5 MiB a second, 10 GiB of 20 used at the end
    for (int second = 0; second <= 120; second++) {
      long used = 10 * GIB + (second - 120) * 5L * MIB;
      cluster.with(seen(SampleSource.NVML, second, used, 20 * GIB), second);
    }
    assertThat(timeToCapacity("hami")).isCloseTo(10 * GIB / (5 * MIB), within(5L));
    device("GPU-0", 20 * GIB, 10 * GIB, new MemorySize(GIB));

    // Then
    assertThat(timeToCapacity("hami")).isCloseTo(9 * GIB / (5 * MIB), within(5L));
  }

  /// HAMi#1196: two sources tell two sizes of one GPU.
  @Test
  void theTightestCapacityCounts() {
    // When: nvml and cuda grow 5 MiB a second for two minutes; either may come first
    for (int second = 0; second <= 120; second++) {
      long grown = (second - 120) * 5L * MIB;
      MemorySample nvml = seen(SampleSource.NVML, second, 25 * GIB + grown, 40 * GIB);
      MemorySample cuda = seen(SampleSource.CUDA, second, 9 * GIB + grown, 10 * GIB);
      cluster.with(second % 2 == 0 ? nvml : cuda, second);
      cluster.with(second % 2 == 0 ? cuda : nvml, second);
      if (second >= 115) {
        long left = (GIB - grown) / (5 * MIB);
        assertThat(timeToCapacity("hami")).isCloseTo(left, within(5L));
      }
    }

    // Then
    assertThat(timeToCapacity("hami")).isCloseTo(204L, within(5L));
  }

  /// bmpc-jax#2, tensorflow#1354: the framework takes most of the GPU at its start.
  @Test
  void ofAFrameworkThatPreallocatesTheDeviceSaysNothing() {
    for (String framework : List.of("jax", "tensorflow")) {
      // Given
      register(framework, framework, 64);
      cluster.with(agent(framework, "GPU-" + framework, 1, 1, 64_424_509_440L).rank(0).build(), 1);
      device("GPU-" + framework, 80 * GIB, 64_424_509_440L, null);

      // Then
      assertThat(job(framework).preallocates()).isTrue();
      assertThat(job(framework).deviceDrift()).isEmpty();
      assertThat(on("GPU-" + framework).headroom()).isEqualTo(80 * GIB - 64_424_509_440L);

      // When: a reporter tells the allocator's own figures
      cluster.with(
          SnapshotBuilder.sample(framework, "GPU-" + framework, 2)
              .allocated(new MemorySize(1 * GIB))
              .build(),
          2);

      // Then
      assertThat(job(framework).allocatedDrift()).isPresent();
    }
  }

  private static MemorySample seen(SampleSource source, int second, long used, long total) {
    return MemorySample.builder("hami", "GPU-0", SnapshotBuilder.START.plusSeconds(second))
        .rank(0)
        .host("gpu-07")
        .pid(1L)
        .source(source)
        .processUsed(new MemorySize(used))
        .deviceUsed(new MemorySize(used))
        .deviceTotal(new MemorySize(total))
        .build();
  }

  private static MemorySample requeued(String gpu, String host, int second, long used) {
    return MemorySample.builder("slurm-880123", gpu, SnapshotBuilder.START.plusSeconds(second))
        .rank(0)
        .host(host)
        .pid(4711L)
        .source(SampleSource.NVML)
        .processUsed(new MemorySize(used))
        .build();
  }
}
