package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
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
  void bucketsAreClosedAtTheirSize() {
    // Given four linear layers of 1,049,600 parameters each, 4,198,400 bytes
    var buckets = new ArrayList<Long>();
    for (int cap : new int[] {1, 8, 25}) {
      // When DDP closes buckets from so many mebibytes on
      buckets.add(buckets(cap));
    }
    // Then the first is closed at one mebibyte: the last layer's weight with its bias
    assertThat(buckets).containsExactly(4L, 3L, 2L);
  }

  private static long buckets(int cap) {
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < 4; i++) {
      String input = i == 0 ? "x" : "fc" + (i - 1);
      layers.add(Layer.of("fc" + i, List.of(input), new Linear(1024, 1024, true)));
    }
    var network =
        new Network(
            List.of(new Input("x", TensorShape.of(1024), DType.FLOAT32)),
            layers,
            List.of("fc3"),
            new Loss(Loss.Kind.NONE, List.of("fc3")),
            Lifetimes.OBSERVED);
    var parallelism = new Parallelism(Strategy.DDP, RANKS, false, List.of(), true, cap);
    LayerConfig config =
        new LayerConfig(
            "job",
            "1",
            "model",
            VGG.framework(),
            VGG.setup().withParallelism(parallelism),
            network);
    AllocationEvents events = AllocationTrace.of(config, network).events();
    return IntStream.range(0, events.size())
        .filter(i -> events.isAllocation(i) && events.storageAt(i).kept())
        .filter(i -> events.storageAt(i).category() == Category.OTHER)
        .count();
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
