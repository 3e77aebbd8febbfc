package dev.headroom.ledger.headroom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What people reported of processes beside a rank's own, of limits below a GPU's size and of what
/// is in use by nobody. The inputs are ours; each test names the reports.
class ProcessReportsTest extends ReportedCluster {

  /// pytorch#64766 and pai#5528 (data loaders of a job that no launcher numbered), dask-cuda#104
  /// and #137 (each worker's nanny has a context): the predicted peak is the largest one's alone.
  @ParameterizedTest
  @CsvSource({"1, 4, 500", "1, 24, 520", "4, 1, 300"})
  void processesWithoutARankShareOnePeakOnAGpu(int gpus, int beside, int context) {
    // Given
    long predicted = register("loaders", "pytorch", 560_000);
    long own = 9_663_676_416L;
    for (int gpu = 0; gpu < gpus; gpu++) {
      cluster.with(agent("loaders", "GPU-" + gpu, 1, 1000L + gpu, own).build(), 1);
      for (int i = 0; i < beside; i++) {
        cluster.with(
            agent("loaders", "GPU-" + gpu, 1, 2000L + 100L * gpu + i, context * MIB).build(), 1);
      }
      device("GPU-" + gpu, 40 * GIB, own + (long) beside * context * MIB, null);
    }

    // Then
    for (int gpu = 0; gpu < gpus; gpu++) {
      assertThat(on("GPU-" + gpu).headroom())
          .isEqualTo(40 * GIB - predicted - (long) beside * context * MIB);
      assertThat(on("GPU-" + gpu).isOverCommitted()).isFalse();
      assertThat(on("GPU-" + gpu).unattributed()).isEqualTo(MemorySize.ZERO);
    }
  }

  /// pytorch#64766 in a container: only the reporter knows the rank, the agent none of the
  /// workers'.
  @Test
  void whatARankStartedHasNoPeakOfItsOwn() {
    // Given
    long predicted = register("boxed", "pytorch", 560_000);
    cluster.with(agent("boxed", "GPU-0", 1, 48_213, 9 * GIB).build(), 1);
    for (int worker = 0; worker < 8; worker++) {
      cluster.with(agent("boxed", "GPU-0", 1, 48_300 + worker, 500 * MIB).build(), 1);
    }
    cluster.with(
        SnapshotBuilder.sample("boxed", "GPU-0", 1)
            .host("train-a-0")
            .pid(7L)
            .reserved(new MemorySize(8 * GIB))
            .build(),
        1);
    device("GPU-0", 40 * GIB, 9 * GIB + 4000 * MIB, null);

    // Then
    assertThat(JobPlaces.of(job("boxed")).ranks()).isEqualTo(1);
    assertThat(on("GPU-0").headroom()).isEqualTo(40 * GIB - predicted - 4000 * MIB);
  }

  /// horovod#287: all ranks of a job are on the first GPU, and each needs its peak there.
  @Test
  void ranksThatShareAGpuEachHaveTheirPeak() {
    // Given
    long predicted = register("mnist", "pytorch", 560_000);
    for (int rank = 0; rank < 4; rank++) {
      cluster.with(agent("mnist", "GPU-0", 1, 100 + rank, 2 * GIB).rank(rank).build(), 1);
    }
    device("GPU-0", 80 * GIB, 8 * GIB, null);

    // Then
    assertThat(on("GPU-0").shares()).hasSize(4);
    assertThat(on("GPU-0").headroom()).isEqualTo(80 * GIB - 4 * predicted);
  }

  /// k8s-device-plugin#764 (MPS leaves each of ten clients 4606 of 46068 MiB), pytorch#37250 (a
  /// vGPU of 5.50 GiB on a larger GPU): what a process may have ends before its GPU does.
  @ParameterizedTest
  @CsvSource({"46068, 20000, 4606, 4000", "24576, 9000, 5632, 4717"})
  void aLimitBelowTheGpuIsItsCapacity(int gpu, int gpuUsed, int limit, int used) {
    // When: a mebibyte more every second
    for (int second = 0; second <= 120; second++) {
      long less = (120 - second) * MIB;
      cluster.with(seen(SampleSource.NVML, second, gpuUsed * MIB - less, gpu), second);
      cluster.with(seen(SampleSource.CUDA, second, used * MIB - less, limit), second);
    }

    // Then
    assertThat(timeToCapacity("limited")).isCloseTo(limit - used, within(10L));
  }

  /// keras3#1538, pytorch/xla#4662, flax#4848, nemos#208: what stands on JAX, TensorFlow or XLA
  /// takes most of a GPU, too. lightning and pytorch do not.
  @ParameterizedTest
  @CsvSource({
    "keras, true",
    "pytorch/xla, true",
    "torch_xla, true",
    "Flax, true",
    "tensorflow-gpu, true",
    "pytorch, false",
    "pytorch-lightning, false",
    "axlabs, false"
  })
  void ofWhatStandsOnThemTheDeviceSaysNothing(String framework, boolean preallocates) {
    // Given
    long predicted = register("job", framework, 64);
    long taken = 60 * GIB;
    cluster.with(agent("job", "GPU-0", 1, 1, taken).rank(0).build(), 1);
    device("GPU-0", 80 * GIB, taken, null);

    // Then
    assertThat(predicted).isLessThan(taken);
    assertThat(job("job").preallocates()).isEqualTo(preallocates);
    assertThat(job("job").deviceDrift().isEmpty()).isEqualTo(preallocates);
    assertThat(on("GPU-0").headroom()).isEqualTo(20 * GIB);
  }

  /// sichek#113 and k8s-vgpu-scheduler#7 (112 MiB of an idle GPU: the driver counts its reserve as
  /// used), nvtop#511 (30 GiB of the host are no job's on a GPU that shares its memory).
  @ParameterizedTest
  @CsvSource({"16160, 112, 0", "97871, 830, 0", "124611, 35200, 0", "124611, 101064, 91419"})
  void whatIsUsedByNoProcessIsTakenOnce(int total, int used, int held) {
    // Given
    if (held > 0) {
      cluster.with(agent("vllm", "GPU-0", 1, 1, held * MIB).rank(0).build(), 1);
    }
    device("GPU-0", total * MIB, used * MIB, null);

    // Then
    assertThat(on("GPU-0").unattributed()).isEqualTo(new MemorySize((used - held) * MIB));
    assertThat(on("GPU-0").headroom()).isEqualTo((total - used) * MIB);
  }

  /// gpu-operator#348, dcgm-exporter#271 and #83: free and used of an idle GPU are less than its
  /// total, by what the driver keeps.
  @ParameterizedTest
  @ValueSource(ints = {571, 926})
  void anIdleGpuHasItsTotalLessTheReserve(int reserved) {
    device("GPU-0", 81_920 * MIB, 0, new MemorySize(reserved * MIB));
    assertThat(on("GPU-0").headroom()).isEqualTo((81_920 - reserved) * MIB);
    assertThat(on("GPU-0").unattributed()).isEqualTo(MemorySize.ZERO);
  }

  private static MemorySample seen(SampleSource source, int second, long used, int total) {
    return MemorySample.builder("limited", "GPU-0", SnapshotBuilder.START.plusSeconds(second))
        .rank(0)
        .host("gpu-07")
        .pid(1L)
        .source(source)
        .processUsed(new MemorySize(used))
        .deviceUsed(new MemorySize(used))
        .deviceTotal(new MemorySize(total * MIB))
        .build();
  }
}
