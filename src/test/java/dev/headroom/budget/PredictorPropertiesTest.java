package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What must hold of any network, on the reference networks and on random ones.
class PredictorPropertiesTest {

  private static final int GRAPHS = 200;

  private final Predictor predictor = new Predictor(new KnownOverheads());

  static Stream<String> networks() {
    return GoldenReferences.networks().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void lessWorkNeedsLessMemory(String network) {
    // Given
    LayerConfig config = GoldenReferences.config(network);
    TrainingSetup setup = config.setup().withBatchSize(8);
    // When
    long training = tensor(config.withSetup(setup));
    // Then
    var half = new Precision(DType.FLOAT16, DType.FLOAT16);
    assertThat(tensor(config.withSetup(setup.withBatchSize(4)))).isLessThanOrEqualTo(training);
    assertThat(tensor(config.withSetup(setup.withMode(RunMode.INFERENCE))))
        .isLessThanOrEqualTo(training);
    assertThat(tensor(config.withSetup(setup.withPrecision(half)))).isLessThanOrEqualTo(training);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void checkpointingNeverNeedsMore(String network) {
    // Given the outermost modules that have several layers
    LayerConfig config = GoldenReferences.config(network);
    TrainingSetup setup = config.setup().withMode(RunMode.TRAINING).withCheckpointing(List.of());
    var counts = new TreeMap<String, Integer>();
    for (Layer layer : ((Network) config.description()).layers()) {
      int dot = layer.name().indexOf('.');
      if (dot > 0) {
        counts.merge(layer.name().substring(0, dot), 1, Integer::sum);
      }
    }
    counts.values().removeIf(count -> count < 2);
    // One segment that is nearly the whole network comes back whole, beside what it was given.
    assumeThat(counts).hasSizeGreaterThan(1);
    // When
    long none = tensor(config.withSetup(setup));
    long checkpointed =
        tensor(config.withSetup(setup.withCheckpointing(List.copyOf(counts.keySet()))));
    // Then
    assertThat(checkpointed).as("%s", counts.keySet()).isLessThanOrEqualTo(none);
  }

  @Test
  void anyGraphHasABudgetThatAddsUpAndGrowsWithTheBatch() {
    // Given
    long first = System.nanoTime();
    System.out.println("random graphs from seed " + first);
    LayerConfig like = GoldenReferences.config("resnet50");
    for (long seed = first; seed < first + GRAPHS; seed++) {
      LayerConfig config = random(like, seed, "a");
      TrainingSetup setup = config.setup();
      // When
      Prediction prediction = predictor.predict(config.withSetup(setup.withBatchSize(4)));
      // Then
      assertThat(prediction).as("seed %d", seed).isInstanceOf(Budget.class);
      Budget budget = (Budget) prediction;
      long stack = budget.categories().values().stream().mapToLong(MemorySize::bytes).sum();
      assertThat(stack).as("seed %d", seed).isEqualTo(budget.peak().device().bytes());
      assertThat(tensor(config.withSetup(setup.withBatchSize(8))))
          .as("seed %d", seed)
          .isGreaterThanOrEqualTo(budget.peak().tensor().bytes());
    }
  }

  @Test
  void namesDoNotMatter() {
    // Given
    long first = System.nanoTime();
    System.out.println("random graphs from seed " + first);
    LayerConfig like = GoldenReferences.config("resnet50");
    for (long seed = first; seed < first + GRAPHS; seed++) {
      // When the modules have other names, in a tree of the same shape
      Prediction one = predictor.predict(random(like, seed, "a"));
      Prediction other = predictor.predict(random(like, seed, "other"));
      // Then
      assertThat(((Budget) other).categories())
          .as("seed %d", seed)
          .isEqualTo(((Budget) one).categories());
      assertThat(((Budget) other).peak().reserved()).isEqualTo(((Budget) one).peak().reserved());
    }
  }

  private static LayerConfig random(LayerConfig like, long seed, String prefix) {
    return seed % 2 == 0
        ? RandomNetworks.of(like, seed, prefix)
        : RandomModels.of(like, seed, prefix);
  }

  private long tensor(LayerConfig config) {
    Prediction prediction = predictor.predict(config);
    assertThat(prediction).as("%s", List.copyOf(prediction.reasons())).isInstanceOf(Budget.class);
    return ((Budget) prediction).peak().tensor().bytes();
  }
}
