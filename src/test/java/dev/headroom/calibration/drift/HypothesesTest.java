package dev.headroom.calibration.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.RunMode;
import dev.headroom.plan.GoldenConfigs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What may be otherwise about resnet18 with a batch of 8.
class HypothesesTest {

  private static final LayerConfig JOB =
      new WhatIf(8, null, "sgd", null, null).applied(GoldenConfigs.of("resnet18"));

  private final Predictor predictor = new Predictor(new KnownOverheads());
  private final Map<LayerConfig, Prediction> known = new HashMap<>();

  @Test
  void allButWhatIsDeclaredMayBe() {
    List<Hypothesis> all = of(JOB);
    assertThat(words(all, DriftCause.OPTIMIZER))
        .hasSize(10)
        .contains("adam or adamw (declared sgd)", "sgd with momentum (declared sgd)")
        .doesNotContain("sgd without momentum (declared sgd)");
    assertThat(words(all, DriftCause.PRECISION))
        .containsExactly(
            "autocast to bfloat16 (declared float32)",
            "autocast to float16 (declared float32)",
            "bfloat16 (declared float32)");
    assertThat(words(all, DriftCause.GRADIENTS_KEPT))
        .containsExactly(
            "gradients kept between steps (declared set to None)",
            "gradients accumulated over several batches (declared one)");
    assertThat(words(all, DriftCause.CHECKPOINTING))
        .contains("checkpointing of layer1 to layer4 (4 modules) (declared none)");
    assertThat(words(all, DriftCause.DDP_BUCKETS))
        .containsExactly("DDP's gradient buckets (declared none)");
    assertThat(words(all, DriftCause.INPUT_RESOLUTION)).hasSize(30);
    assertThat(words(all, DriftCause.SECOND_MODEL)).hasSize(1);
    assertThat(words(all, DriftCause.EVALUATION_WITH_GRADIENTS))
        .containsExactly("an evaluation without torch.no_grad that holds two batches' graphs");
  }

  @Test
  void whatPeopleChooseOftenSurprisesLess() {
    List<Hypothesis> all = of(JOB);
    assertThat(all)
        .filteredOn(it -> it.surprise() == 0)
        .extracting(Hypothesis::words)
        .containsExactlyInAnyOrder(
            "adam or adamw (declared sgd)",
            "sgd with momentum (declared sgd)",
            "autocast to bfloat16 (declared float32)",
            "autocast to float16 (declared float32)");
    assertThat(all).extracting(Hypothesis::surprise).containsOnly(0.0, 1.0);
  }

  @Test
  void whatIsPredictedIsExactAndWhatIsReckonedIsNot() {
    // Given
    Budget budget = predicted(JOB);
    MemorySize copy = ModelCopy.of(JOB, (Network) JOB.description());
    List<Hypothesis> all = of(JOB);

    // Then
    Hypothesis second = one(all, DriftCause.SECOND_MODEL);
    assertThat(second.isExact()).isFalse();
    assertThat(second.peak().allocated()).isEqualTo(budget.peak().allocated().plus(copy));
    assertThat(second.peak().reserved()).isEqualTo(budget.peak().reserved().plus(copy));
    Hypothesis buckets = one(all, DriftCause.DDP_BUCKETS);
    LayerConfig ddp =
        JOB.withSetup(
            JOB.setup().withParallelism(new Parallelism(Parallelism.Strategy.DDP, 2, false)));
    assertThat(buckets.isExact()).isTrue();
    assertThat(buckets.peak().allocated()).isEqualTo(predicted(ddp).peak().allocated());
    Hypothesis evaluation = one(all, DriftCause.EVALUATION_WITH_GRADIENTS);
    double blocks = (double) budget.peak().allocated().bytes() / budget.peak().tensor().bytes();
    long allocated = Math.round((budget.afterForward().bytes() + budget.saved().bytes()) * blocks);
    assertThat(evaluation.peak().allocated().bytes())
        .isEqualTo(Math.max(budget.peak().allocated().bytes(), allocated));
    assertThat(evaluation.peak().reserved().bytes())
        .isEqualTo(Math.max(budget.peak().reserved().bytes(), Math.round(allocated * 1.03)));
  }

  @Test
  void whatIsDeclaredOtherwiseMayBePlain() {
    LayerConfig other =
        JOB.withSetup(
            JOB.setup()
                .withCheckpointing(List.of("layer1", "layer2"))
                .withGradients(new Gradients(false, 2))
                .withParallelism(new Parallelism(Parallelism.Strategy.DDP, 2, false)));
    List<Hypothesis> all = of(new WhatIf(null, "amp", "momentum", null, null).applied(other));
    assertThat(words(all, DriftCause.CHECKPOINTING))
        .containsExactly("no checkpointing (declared 2 modules)");
    assertThat(words(all, DriftCause.GRADIENTS_KEPT)).isEmpty();
    assertThat(words(all, DriftCause.DDP_BUCKETS)).isEmpty();
    assertThat(words(all, DriftCause.OPTIMIZER))
        .contains("sgd without momentum (declared sgd with momentum)");
    assertThat(words(all, DriftCause.PRECISION)).contains("float32 (declared autocast to float16)");
  }

  @Test
  void inferenceHasNeitherOptimizerNorGradients() {
    List<Hypothesis> all = of(JOB.withSetup(JOB.setup().withMode(RunMode.INFERENCE)));
    assertThat(words(all, DriftCause.OPTIMIZER)).isEmpty();
    assertThat(words(all, DriftCause.GRADIENTS_KEPT)).isEmpty();
    assertThat(words(all, DriftCause.EVALUATION_WITH_GRADIENTS))
        .containsExactly(
            "an evaluation without torch.no_grad",
            "an evaluation without torch.no_grad that holds two batches' graphs");
    assertThat(
            Hypotheses.of(
                JOB.withDescription(new Undescribed("why")), predicted(JOB), this::predict))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"16, 0", "4, 0", "32, 0", "2, 0", "24, 1", "64, 1", "1, 1", "9, 2", "12, 2"})
  void anotherBatchSurprisesByItsNumber(int batch, double surprise) {
    LayerConfig changed = JOB.withSetup(JOB.setup().withBatchSize(batch));
    Hypothesis hypothesis = Hypotheses.ofBatch(JOB, changed, predicted(changed));
    assertThat(hypothesis.surprise()).isEqualTo(surprise);
    assertThat(hypothesis.words()).isEqualTo("batch %d (declared 8)".formatted(batch));
    assertThat(hypothesis.cause()).isEqualTo(DriftCause.BATCH_SIZE);
  }

  private List<Hypothesis> of(LayerConfig job) {
    return Hypotheses.of(job, predicted(job), this::predict);
  }

  private Prediction predict(LayerConfig config) {
    return known.computeIfAbsent(config, predictor::predict);
  }

  private Budget predicted(LayerConfig config) {
    return (Budget) predict(config);
  }

  private static List<String> words(List<Hypothesis> all, DriftCause cause) {
    return all.stream().filter(it -> it.cause() == cause).map(Hypothesis::words).toList();
  }

  private static Hypothesis one(List<Hypothesis> all, DriftCause cause) {
    return all.stream().filter(it -> it.cause() == cause).findFirst().orElseThrow();
  }
}
