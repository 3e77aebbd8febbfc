package dev.headroom.api.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PredictAnswerTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final CudaDevice T4 = GPUS.device("T4").orElseThrow();
  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");
  private static final Budget BUDGET = (Budget) new Predictor(new KnownOverheads()).predict(RESNET);

  @Test
  void aBudgetFitsOnAGpuOrNot() {
    PredictAnswer answer = PredictAnswer.of(RESNET, Optional.of(T4), BUDGET);
    assertThat(answer.budget()).isEqualTo(BudgetView.of(RESNET.job(), RESNET.model(), BUDGET));
    assertThat(answer.setup()).isEqualTo(JobDetail.Setup.of(RESNET));
    assertThat(answer.gpu()).isEqualTo("T4");
    assertThat(answer.gpuTotalBytes()).isEqualTo(T4.model().total().bytes());
    assertThat(answer.gpuUsableBytes()).isEqualTo(T4.usable().bytes());
    assertThat(answer.fits()).isTrue();
    assertThat(answer.largestBatch()).isNull();
    CudaDevice tiny = GPUS.device("300MiB").orElseThrow();
    assertThat(PredictAnswer.of(RESNET, Optional.of(tiny), BUDGET).fits()).isFalse();
    assertThat(PredictAnswer.of(RESNET, Optional.of(T4), new Unsupported(List.of("why"))).fits())
        .isNull();
  }

  /// A job of which nineteen of twenty fit in what NVML shows of a T4, and not in what a process
  /// can have of it.
  @Test
  void whatTheDriverKeepsIsNotForAJob() {
    MemorySize between = T4.usable().plus(MemorySize.ofMebibytes(1));
    MemorySize reserved = BUDGET.peak().expectedReserved();
    Predictor predictor =
        new Predictor(
            (_, _) ->
                new DeviceOverhead.Beyond(
                    MemorySize.ofMebibytes(100), between.minusOrZero(reserved)));
    var budget = (Budget) predictor.predict(RESNET);
    assertThat(budget.peak().deviceP95()).isLessThan(T4.model().total()).isEqualTo(between);
    assertThat(PredictAnswer.of(RESNET, Optional.of(T4), budget).fits()).isFalse();
  }

  @Test
  void withoutAGpuNothingIsSaidOfOne() {
    PredictAnswer answer = PredictAnswer.of(RESNET, Optional.empty(), BUDGET);
    assertThat(answer)
        .isEqualTo(
            new PredictAnswer(
                BudgetView.of(RESNET.job(), RESNET.model(), BUDGET),
                JobDetail.Setup.of(RESNET),
                null,
                null,
                null,
                null,
                null));
  }

  @Test
  void theLargestBatchIsTheSetUpThatIsTold() {
    PredictAnswer fits = PredictAnswer.of(RESNET, T4, new LargestBatch.Fits(321, BUDGET));
    assertThat(fits.largestBatch()).isEqualTo(321);
    assertThat(fits.setup().batchSize()).isEqualTo(321);
    PredictAnswer none = PredictAnswer.of(RESNET, T4, new LargestBatch.TooLarge(BUDGET));
    assertThat(none.largestBatch()).isZero();
    assertThat(none.setup().batchSize()).isEqualTo(1);
    PredictAnswer unknown =
        PredictAnswer.of(RESNET, T4, new LargestBatch.None(new Unsupported(List.of("why"))));
    assertThat(unknown.largestBatch()).isNull();
    assertThat(unknown.gpu()).isEqualTo("T4");
  }
}
