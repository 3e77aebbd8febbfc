package dev.headroom.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Unsupported;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final GpuModel T4 = GPUS.model("T4").orElseThrow();
  private static final GpuModel H100 = GPUS.model("H100").orElseThrow();
  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");

  private final FitCheck check = GoldenConfigs.check();

  @Test
  void hasItsSizeOnEachKindOfGpu() {
    Workload workload = Workload.of(check, request(RESNET), List.of(T4, H100));
    assertThat(workload.why()).isEmpty();
    assertThat(workload.p95()).containsOnlyKeys("T4", H100.name());
    assertThat(workload.on(T4)).isPositive().isLessThan(workload.on(H100));
    assertThat(workload.least()).isEqualTo(workload.on(T4));
    assertThat(workload.on(GPUS.model("A30").orElseThrow())).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void saysWhyItHasNone() {
    Workload workload =
        Workload.of(check, request(RESNET.withDescription(new Undescribed("why"))), List.of(T4));
    assertThat(workload.why()).contains(new Unsupported(List.of("why")));
    assertThat(workload.least()).isZero();
    assertThat(workload.on(T4)).isEqualTo(Long.MAX_VALUE);
  }

  private static JobRequest request(LayerConfig config) {
    return new JobRequest("j", config, 1, 1, true);
  }
}
