package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import java.util.List;
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
}
