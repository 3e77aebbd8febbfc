package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GpuRoomTest extends LiveCluster {

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
}
