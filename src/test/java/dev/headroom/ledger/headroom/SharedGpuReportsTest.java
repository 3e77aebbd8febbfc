package dev.headroom.ledger.headroom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// More of what people reported of GPUs that several processes share. The inputs are ours; each
/// test names the reports.
class SharedGpuReportsTest extends ReportedCluster {

  /// pytorch#49481 (871 MiB), pytorch/examples#969 and Lightning#18845 (366 MiB), horovod#2625,
  /// pytorch#70404: every rank has a context on the first GPU as well.
  @ParameterizedTest
  @CsvSource({"8, 26167, 871", "2, 9000, 500", "4, 12000, 366", "8, 13000, 430"})
  void contextsOnTheFirstGpuCountThereAndTheBudgetsDoNot(int ranks, int own, int context) {
    // Given
    long predicted = register("ddp", "pytorch", 64);
    for (int rank = 0; rank < ranks; rank++) {
      cluster.with(agent("ddp", "GPU-" + rank, 1, 100 + rank, own * MIB).rank(rank).build(), 1);
      if (rank > 0) {
        cluster.with(agent("ddp", "GPU-0", 1, 100 + rank, context * MIB).rank(rank).build(), 1);
      }
    }
    long first = own + (ranks - 1L) * context;
    device("GPU-0", 40 * GIB, (first + 500) * MIB, null);
    device("GPU-1", 40 * GIB, (own + 500) * MIB, null);

    // Then
    assertThat(predicted).isLessThan(own * MIB);
    assertThat(JobPlaces.of(job("ddp")).ranks()).isEqualTo(ranks);
    assertThat(on("GPU-0").headroom()).isEqualTo(40 * GIB - (first + 500) * MIB);
    assertThat(on("GPU-1").headroom()).isEqualTo(40 * GIB - (own + 500) * MIB);
    assertThat(on("GPU-0").unattributed()).isEqualTo(new MemorySize(500 * MIB));
  }

  /// Lightning#5041: a rank of GPU 2 has a context on GPU 0, which is not its own.
  @Test
  void aBudgetDoesNotGoToAGpuThatIsOnlyVisited() {
    // Given
    long predicted = register("lightning", "pytorch", 560_000);
    cluster.with(agent("lightning", "GPU-2", 1, 100, 5 * GIB).rank(0).build(), 1);
    cluster.with(agent("lightning", "GPU-0", 1, 100, 400 * MIB).rank(0).build(), 1);
    device("GPU-0", 11 * GIB, 400 * MIB, null);
    device("GPU-2", 11 * GIB, 5 * GIB, null);

    // Then
    assertThat(on("GPU-0").headroom()).isEqualTo(11 * GIB - 400 * MIB);
    assertThat(on("GPU-2").headroom()).isEqualTo(11 * GIB - predicted);
  }

  /// VisEdit#5, mxnet#4242, PaddleOCR#2074: memory is held, and no process is listed.
  @Test
  void memoryWithoutAProcessIsNobodys() {
    // Given
    cluster.with(agent("other", "GPU-1", 1, 1, GIB).rank(0).build(), 1);
    device("GPU-6", 81_920 * MIB, 10_151 * MIB, null);

    // Then
    assertThat(on("GPU-6").unattributed()).isEqualTo(new MemorySize(10_151 * MIB));
    assertThat(on("GPU-6").headroom()).isEqualTo((81_920 - 10_151) * MIB);
    assertThat(on("GPU-6").atMost()).isEqualTo(on("GPU-6").headroom());
  }

  /// nvitop#152: a process is listed on several GPUs, and its host does not know it.
  @Test
  void aProcessThatNobodyKnowsIsNobodys() {
    // Given
    cluster.with(agent("job", "GPU-0", 1, 1, GIB).rank(0).build(), 1);
    for (String gpu : new String[] {"GPU-0", "GPU-1"}) {
      long used = gpu.equals("GPU-0") ? GIB + 160 * MIB : 160 * MIB;
      device(gpu, 16 * GIB, used, null, new GpuProcess(10_734, size(160 * MIB), null, null));

      // Then
      assertThat(on(gpu).unattributed()).isEqualTo(size(160 * MIB));
      assertThat(on(gpu).headroom()).isEqualTo(16 * GIB - used);
    }
  }

  /// pynvml#63: managed memory is charged to the device, not to its process.
  @Test
  void managedMemoryIsUnattributed() {
    // Given
    cluster.with(agent("managed", "GPU-0", 1, 1, 5 * GIB).rank(0).build(), 1);
    device("GPU-0", 80 * GIB, 60 * GIB, null);

    // Then
    assertThat(on("GPU-0").unattributed()).isEqualTo(size(55 * GIB));
    assertThat(on("GPU-0").headroom()).isEqualTo(20 * GIB);
  }

  /// xpumanager#145: a process is charged more than its device has in use.
  @Test
  void aProcessAboveItsDeviceLeavesNothingNegative() {
    // Given
    cluster.with(agent("shared", "GPU-0", 1, 1, 7692 * MIB).rank(0).build(), 1);
    device("GPU-0", 16_288 * MIB, 3642 * MIB, null);

    // Then
    assertThat(on("GPU-0").unattributed()).isEqualTo(MemorySize.ZERO);
    assertThat(on("GPU-0").headroom()).isEqualTo((16_288 - 7692) * MIB);
  }

  /// dcgm-exporter#443 and #136: free and used do not add up to the total.
  @ParameterizedTest
  @CsvSource({"40960, 9985, 454", "4096, 14, 195"})
  void usedAndLeftAndReservedAreAll(long total, long used, long reserved) {
    // Given
    cluster.with(agent("job", "GPU-0", 1, 1, used * MIB).rank(0).build(), 1);
    device("GPU-0", total * MIB, used * MIB, size(reserved * MIB));

    // Then
    assertThat(on("GPU-0").headroom()).isEqualTo((total - used - reserved) * MIB);
  }

  /// k8s-device-plugin#461 and #1690: containers share a GPU, and in each its process is pid 7.
  @Test
  void containersThatShareAGpuAreTold() {
    // Given
    for (String pod : new String[] {"a", "b"}) {
      long pid = pod.equals("a") ? 1001 : 1002;
      cluster.with(agent(pod, "GPU-0", 1, pid, 6 * GIB).build(), 1);
      cluster.with(
          MemorySample.builder(pod, "GPU-0", SnapshotBuilder.START.plusSeconds(1))
              .host("pod-" + pod)
              .pid(7L)
              .source(SampleSource.FRAMEWORK)
              .reserved(size(5 * GIB))
              .build(),
          1);
    }
    device("GPU-0", 24 * GIB, 13 * GIB, null);

    // Then
    assertThat(on("GPU-0").shares()).hasSize(2);
    assertThat(on("GPU-0").unattributed()).isEqualTo(size(GIB));
    assertThat(on("GPU-0").headroom()).isEqualTo(11 * GIB);
  }

  /// Craftax#28 (60 of 80 GB at an import), jax#19267, jax#4310 (six processes with a fraction of
  /// what is left): JAX takes what it is told to, not what it needs.
  @ParameterizedTest
  @CsvSource({"1, 60", "1, 8", "6, 11"})
  void whatJaxTakesCountsAndIsNoDrift(int processes, int each) {
    // Given
    for (int i = 0; i < processes; i++) {
      String name = "jax-" + i;
      register(name, "jax", 64);
      cluster.with(agent(name, "GPU-0", 1, 100 + i, each * GIB).rank(0).build(), 1);
    }
    device("GPU-0", 80 * GIB, (long) processes * each * GIB, null);

    // Then
    assertThat(on("GPU-0").headroom()).isEqualTo((80L - (long) processes * each) * GIB);
    assertThat(job("jax-0").preallocates()).isTrue();
    assertThat(job("jax-0").deviceDrift()).isEmpty();
  }

  /// pytorch#147064, pytorch#76894: an elastic launcher starts a rank again with another process,
  /// and nobody says that the first one ended.
  @Test
  void aRankThatWasRestartedIsWhatItIsNow() {
    // Given
    for (int second = 1; second <= 100; second++) {
      long pid = second <= 10 ? 100 : 200;
      long held = second <= 10 ? 30 * GIB : 5 * GIB;
      cluster.with(agent("elastic", "GPU-0", second, pid, held).rank(0).build(), second);
    }
    device("GPU-0", 40 * GIB, 6 * GIB, null);

    // Then
    Place place = JobPlaces.of(job("elastic")).fullest().orElseThrow();
    assertThat(place.held()).isEqualTo(size(5 * GIB));
    assertThat(JobPlaces.of(job("elastic")).ranks()).isEqualTo(1);
    assertThat(on("GPU-0").headroom()).isEqualTo(34 * GIB);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}
