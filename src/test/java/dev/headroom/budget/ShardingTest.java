package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What ranks divide among them, on a network whose parameters outweigh its activations.
class ShardingTest {

  private static final LayerConfig VGG = GoldenReferences.config("vgg16");
  private static final int RANKS = 8;

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @ParameterizedTest
  @CsvSource({
    // strategy, whether it divides the optimizer's state, the gradients, the parameters
    "DDP,   false, false, false",
    "ZERO1, true,  false, false",
    "ZERO2, true,  true,  false",
    "ZERO3, true,  true,  true",
    "FSDP,  true,  true,  true"
  })
  void aStrategyDividesWhatItSays(
      Strategy strategy, boolean state, boolean gradients, boolean parameters) {
    // Given
    Budget alone = predict(Strategy.NONE, 1, RunMode.TRAINING);
    // When
    Budget shared = predict(strategy, RANKS, RunMode.TRAINING);
    // Then
    assertShare(shared.optimizerStateBytes().bytes(), alone.optimizerStateBytes().bytes(), state);
    assertShare(shared.gradientBytes().bytes(), alone.gradientBytes().bytes(), gradients);
    assertShare(shared.parameterBytes().bytes(), alone.parameterBytes().bytes(), parameters);
    assertThat(shared.parameters()).isEqualTo(alone.parameters());
    assertThat(shared.confidence()).isEqualTo(Confidence.MODELLED);
  }

  @ParameterizedTest
  @CsvSource({"TRAINING", "INFERENCE"})
  void theMoreRanksTheLessEachHolds(RunMode mode) {
    long before = Long.MAX_VALUE;
    for (int ranks = 2; ranks <= 64; ranks *= 2) {
      // When
      long peak = predict(Strategy.FSDP, ranks, mode).peak().tensor().bytes();
      // Then
      assertThat(peak).as("%d ranks", ranks).isLessThan(before);
      before = peak;
    }
  }

  @Test
  void theLargestLayerIsGatheredWhole() {
    // Given vgg16's first classifier, 102,764,544 parameters with their bias
    long largest = 4L * 102_764_544;
    // When so many ranks share them that next to nothing stays
    Budget budget = predict(Strategy.FSDP, 4096, RunMode.INFERENCE);
    // Then
    MemorySize most = budget.categoryMaxima().getOrDefault(Category.PARAMETERS, MemorySize.ZERO);
    assertThat(most.bytes()).isBetween(largest, largest + largest / 5);
  }

  private static void assertShare(long shared, long alone, boolean divided) {
    assertThat(shared).isBetween(divided ? alone / RANKS : alone, divided ? alone / 7 : alone);
  }

  private Budget predict(Strategy strategy, int ranks, RunMode mode) {
    LayerConfig job =
        new WhatIf(2, null, "adam", mode.name().toLowerCase(Locale.ROOT), null).applied(VGG);
    TrainingSetup setup = job.setup().withParallelism(new Parallelism(strategy, ranks, false));
    return (Budget) predictor.predict(VGG.withSetup(setup));
  }
}
