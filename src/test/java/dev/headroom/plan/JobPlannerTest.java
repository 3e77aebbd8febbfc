package dev.headroom.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Unsupported;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.plan.change.Remedies;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobPlannerTest {

  private static final CudaDevice T4 = GpuCatalogueReader.own().device("T4").orElseThrow();
  private static final CudaDevice SMALL = GpuCatalogueReader.own().device("1GiB").orElseThrow();
  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");

  private final FitCheck check = GoldenConfigs.remembering();
  private final JobPlanner planner = new JobPlanner(check);

  @Test
  void saysAllAboutAJobOnADevice() {
    var budget = (Budget) check.predict().apply(RESNET);
    assertThat(planner.on(SMALL, RESNET))
        .isEqualTo(
            new JobPlan.Answer(
                RESNET,
                budget,
                check.of(RESNET, budget, SMALL),
                check.largestBatch(RESNET, SMALL),
                new Remedies(check).of(RESNET, SMALL)));
    assertThat(planner.on(List.of(T4, SMALL), RESNET, budget))
        .containsExactly(check.of(RESNET, budget, T4), check.of(RESNET, budget, SMALL));
    assertThat(planner.on(List.of(T4, SMALL), RESNET, budget))
        .extracting(Fit::fits)
        .containsExactly(true, false);
  }

  @Test
  void saysWhyNobodyCanSay() {
    LayerConfig none = RESNET.withDescription(new Undescribed("why"));
    assertThat(planner.on(T4, none))
        .isEqualTo(new JobPlan.Unknown(none, new Unsupported(List.of("why"))));
  }
}
