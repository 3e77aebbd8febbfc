package dev.headroom.wire.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.JobPlan;
import dev.headroom.plan.JobPlanner;
import dev.headroom.plan.change.Remedy;
import dev.headroom.plan.fit.Fit;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobAnswerTest {

  private static final CudaDevice T4 = GpuCatalogueReader.own().device("T4").orElseThrow();
  private static final LayerConfig RESNET = GoldenConfigs.of("resnet50");

  private final JobPlanner planner = new JobPlanner(GoldenConfigs.check());

  @Test
  void aJobThatDoesNotFitHasItsRemedies() {
    // Given
    var plan =
        (JobPlan.Answer) planner.on(T4, new WhatIf(256, null, "adamw", null, null).applied(RESNET));

    // When
    JobAnswer answer = JobAnswer.of("j", T4, plan);

    // Then
    Fit fit = plan.fit();
    assertThat(answer.job()).isEqualTo("j");
    assertThat(answer.gpu()).isEqualTo("T4");
    assertThat(answer.gpuTotalBytes()).isEqualTo(T4.model().total().bytes());
    assertThat(answer.gpuUsableBytes()).isEqualTo(T4.usable().bytes());
    assertThat(answer.gpuUsableBasis()).isEqualTo(T4.model().usableBasis());
    assertThat(answer.verdict()).isEqualTo("does_not_fit");
    assertThat(answer.p50Bytes()).isEqualTo(fit.spread().p50().bytes());
    assertThat(answer.p95Bytes()).isEqualTo(fit.spread().p95().bytes());
    assertThat(answer.headroomBytes()).isEqualTo(fit.headroom()).isNegative();
    assertThat(answer.outOfMemoryProbability()).isEqualTo(fit.outOfMemory());
    assertThat(answer.largestBatch()).isBetween(50, 255);
    assertThat(answer.confidence()).isEqualTo("exact");
    assertThat(answer.reasons()).isEqualTo(plan.budget().reasons());
    assertThat(answer.remedies()).hasSameSizeAs(plan.remedies()).isNotEmpty();
    for (int i = 0; i < answer.remedies().size(); i++) {
      Remedy remedy = plan.remedies().get(i);
      var setup = remedy.config().setup();
      assertThat(answer.remedies().get(i))
          .isEqualTo(
              new JobAnswer.RemedyAnswer(
                  remedy.changes(),
                  setup.batchSize(),
                  setup.gradients().accumulationSteps(),
                  setup.checkpointing(),
                  setup.parallelism().strategy().wireName(),
                  setup.parallelism().worldSize(),
                  remedy.fit().spread().p95().bytes(),
                  remedy.fit().headroom()));
    }
  }

  @Test
  void whereNotEvenOneSampleFitsTheLargestBatchIsNone() {
    CudaDevice tiny = GpuCatalogueReader.own().device("300MiB").orElseThrow();
    assertThat(JobAnswer.of("j", tiny, planner.on(tiny, RESNET)).largestBatch()).isZero();
  }

  @Test
  void aJobThatNobodyCanPredictHasItsReasonsOnly() {
    JobAnswer answer =
        JobAnswer.of("j", T4, planner.on(T4, RESNET.withDescription(new Undescribed("why"))));
    assertThat(answer)
        .isEqualTo(
            new JobAnswer(
                "j",
                "T4",
                T4.model().total().bytes(),
                T4.usable().bytes(),
                T4.model().usableBasis(),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                "unsupported",
                List.of("why")));
  }
}
