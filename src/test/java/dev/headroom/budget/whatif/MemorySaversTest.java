package dev.headroom.budget.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.plan.GoldenConfigs;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What would lower the peak of vgg16 and resnet18, each predicted.
class MemorySaversTest {

  private static final LayerConfig VGG = GoldenConfigs.of("vgg16");
  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @Test
  void whatSavesMostComesFirstEachAsItIsPredicted() {
    // Given
    LayerConfig job = with(VGG, 32, "adamw,foreach");
    Budget now = predicted(job);

    // When
    List<MemorySaver> savers = new MemorySavers(predictor::predict, DType.BFLOAT16).of(job, now);

    // Then
    assertThat(savers)
        .extracting(MemorySaver::device)
        .isSortedAccordingTo((one, other) -> other.compareTo(one));
    assertThat(savers)
        .extracting(MemorySaver::change)
        .contains(
            "autocast to bfloat16", "a batch of 16, gradients accumulated over 2", "8-bit Adam")
        .filteredOn(change -> change.startsWith("checkpoint"))
        .hasSize(1);
    assertThat(savers)
        .allSatisfy(
            saver -> {
              Budget then = predicted(job.withSetup(saver.setup()));
              assertThat(saver.prediction()).isEqualTo(then);
              assertThat(saver.device())
                  .isEqualTo(now.peak().device().minusOrZero(then.peak().device()));
              assertThat(saver.device().bytes()).isGreaterThan(now.peak().device().bytes() / 101);
            });
  }

  @Test
  void ofTheWaysToCheckpointTheBestIsTaken() {
    LayerConfig job = with(RESNET, 64, "sgd");
    Budget now = predicted(job);
    MemorySize best =
        MemorySavers.checkpointed(job).values().stream()
            .map(setup -> predicted(job.withSetup(setup)).peak().device())
            .min(MemorySize::compareTo)
            .orElseThrow();
    assertThat(MemorySavers.checkpointed(job)).hasSizeGreaterThan(1);
    assertThat(new MemorySavers(predictor::predict, DType.FLOAT16).of(job, now))
        .filteredOn(saver -> saver.change().startsWith("checkpoint"))
        .extracting(saver -> saver.prediction().peak().device())
        .containsExactly(best);
  }

  @Test
  void eachSetUpHasItsChanges() {
    TrainingSetup setup = with(RESNET, 64, "adamw,fused").setup();
    assertThat(changes(setup, DType.FLOAT16))
        .contains("autocast to float16, with a GradScaler", "8-bit Adam")
        .doesNotContain("fused=True in the optimizer", "zero_grad(set_to_none=True)");
    assertThat(changes(setup.withGradients(new Gradients(false, 3)), DType.BFLOAT16))
        .contains(
            "autocast to bfloat16",
            "zero_grad(set_to_none=True)",
            "a batch of 32, gradients accumulated over 6");
    assertThat(
            changes(setup.withParallelism(new Parallelism(Strategy.DDP, 4, false)), DType.BFLOAT16))
        .contains("gradient_as_bucket_view=True", "FSDP over 4 ranks");
    assertThat(changes(setup.withMode(RunMode.INFERENCE).withBatchSize(7), DType.FLOAT16))
        .contains("autocast to float16", "the whole model in float16", "half the batch (4)")
        .hasSize(3);
    assertThat(
            changes(
                setup
                    .withMode(RunMode.INFERENCE)
                    .withBatchSize(1)
                    .withPrecision(new Precision(DType.FLOAT16, DType.FLOAT16)),
                DType.FLOAT16))
        .isEmpty();
    assertThat(changes(with(RESNET, 1, "sgd").setup(), DType.BFLOAT16))
        .noneMatch(change -> change.startsWith("a batch of"));
  }

  @Test
  void waysToCheckpointAreTheDepthsOfTheModuleTree() {
    // Given
    Network network = (Network) RESNET.description();
    LayerConfig job = with(RESNET, 8, "sgd");

    // Then
    assertThat(MemorySavers.modulesAt(1, network))
        .containsExactly("layer1", "layer2", "layer3", "layer4");
    assertThat(MemorySavers.modulesAt(2, network)).hasSize(8).contains("layer1.0", "layer4.1");
    assertThat(MemorySavers.modulesAt(5, network)).isEmpty();
    Map<String, TrainingSetup> ways = MemorySavers.checkpointed(job);
    assertThat(ways.keySet())
        .contains(
            "checkpoint layer1 to layer4 (4 modules)",
            "checkpoint layer1.0 to layer4.1 (8 modules)");
    assertThat(ways.values())
        .extracting(TrainingSetup::checkpointing)
        .contains(List.of("layer1", "layer2", "layer3", "layer4"));
    assertThat(MemorySavers.checkpointed(with(VGG, 8, "sgd")).keySet())
        .anyMatch(words -> words.equals("checkpoint features, classifier"));
    assertThat(MemorySavers.checkpointed(job.withSetup(job.setup().withMode(RunMode.INFERENCE))))
        .isEmpty();
    assertThat(
            MemorySavers.checkpointed(
                job.withSetup(job.setup().withCheckpointing(List.of("layer1")))))
        .isEmpty();
    assertThat(MemorySavers.checkpointed(job.withDescription(new Undescribed("why")))).isEmpty();
  }

  /// The changes alone, whatever they save: what is asked is answered with less and less.
  private List<String> changes(TrainingSetup setup, DType half) {
    Budget large = predicted(with(VGG, 256, "adamw,foreach"));
    Budget small = predicted(with(RESNET, 1, "sgd"));
    return new MemorySavers(_ -> small, half)
        .of(RESNET.withSetup(setup), large).stream()
            .map(MemorySaver::change)
            .filter(change -> !change.startsWith("checkpoint"))
            .toList();
  }

  private Budget predicted(LayerConfig config) {
    return (Budget) predictor.predict(config);
  }

  private static LayerConfig with(LayerConfig config, int batch, String optimizer) {
    return new WhatIf(batch, null, optimizer, null, null).applied(config);
  }
}
