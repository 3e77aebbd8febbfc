package dev.headroom.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.change.Remedy;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobPlanTest {

  private static final CudaDevice T4 = GpuCatalogueReader.own().device("T4").orElseThrow();
  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");
  private static final Unsupported WHY = new Unsupported(List.of("why"));

  private final FitCheck check = GoldenConfigs.remembering();
  private final Budget budget = (Budget) check.predict().apply(RESNET);

  @Test
  void saysHowExactItIs() {
    assertThat(new JobPlan.Unknown(RESNET, WHY).confidence()).isEqualTo("unsupported");
    assertThat(new JobPlan.Unknown(RESNET, WHY).reasons()).containsExactly("why");
    assertThat(answer(new LargestBatch.None(WHY)).confidence()).isEqualTo("exact");
    assertThat(answer(new LargestBatch.None(WHY)).reasons()).isEqualTo(budget.reasons());
  }

  @Test
  void saysHowManySamplesFit() {
    assertThat(answer(new LargestBatch.None(WHY)).samplesThatFit()).isEmpty();
    assertThat(answer(new LargestBatch.TooLarge(budget)).samplesThatFit()).hasValue(0);
    assertThat(answer(new LargestBatch.Fits(48, budget)).samplesThatFit()).hasValue(48);
  }

  @Test
  void isAsItWasMade() {
    var remedies = new ArrayList<Remedy>();
    remedies.add(new Remedy(List.of("batch 1"), RESNET, budget, check.of(RESNET, budget, T4)));
    var plan =
        new JobPlan.Answer(
            RESNET,
            budget,
            check.of(RESNET, budget, T4),
            new LargestBatch.Fits(48, budget),
            remedies);
    remedies.clear();
    assertThat(plan.remedies()).hasSize(1);
  }

  private JobPlan.Answer answer(LargestBatch largest) {
    return new JobPlan.Answer(RESNET, budget, check.of(RESNET, budget, T4), largest, List.of());
  }
}
