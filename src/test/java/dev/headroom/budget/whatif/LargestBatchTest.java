package dev.headroom.budget.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.KernelTemporaries;
import dev.headroom.budget.MemoryTimeline;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.iteration.IterationSizes;
import dev.headroom.budget.model.ModelSizes;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.TrainingSetup;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargestBatchTest {

  private static final LayerConfig JOB =
      new LayerConfig(
          "job",
          "1",
          "model",
          Framework.UNKNOWN,
          TrainingSetup.of(32, Optimizer.SGD),
          new Undescribed("a test"));

  /// Of 1000 bytes, a batch takes 10 a sample and 100 whatever its size.
  private static Prediction line(LayerConfig config) {
    return budget(100 + 10L * config.setup().batchSize());
  }

  @ParameterizedTest
  @ValueSource(longs = {110, 111, 119, 120, 139, 1000, 1009, 1010, 1011, 123_456_789, 1L << 33})
  void fitsAndOneMoreDoesNot(long capacity) {
    // When
    LargestBatch found = LargestBatch.of(JOB, new MemorySize(capacity), LargestBatchTest::line);

    // Then
    int batch = Math.toIntExact((capacity - 100) / 10);
    assertThat(found).isEqualTo(new LargestBatch.Fits(batch, budget(100 + 10L * batch)));
  }

  @Test
  void saysThatNotEvenOneFits() {
    // Then
    assertThat(LargestBatch.of(JOB, new MemorySize(109), LargestBatchTest::line))
        .isEqualTo(new LargestBatch.TooLarge(budget(110)));
  }

  @Test
  void endsAtTheLargestBatchThereIs() {
    // Then
    assertThat(LargestBatch.of(JOB, new MemorySize(Long.MAX_VALUE), LargestBatchTest::line))
        .isEqualTo(new LargestBatch.Fits(Integer.MAX_VALUE, budget(100 + 10L * Integer.MAX_VALUE)));
  }

  @Test
  void doesNotFitWhatHasNoBudget() {
    // Given: more than 5 samples cannot be predicted
    var tooMany = new Unsupported(List.of("too many"));
    Function<LayerConfig, Prediction> atMostFive =
        config -> config.setup().batchSize() > 5 ? tooMany : budget(1);

    // Then
    assertThat(LargestBatch.of(JOB, new MemorySize(1000), atMostFive))
        .isEqualTo(new LargestBatch.Fits(5, budget(1)));
    assertThat(LargestBatch.of(JOB, new MemorySize(1000), config -> tooMany))
        .isEqualTo(new LargestBatch.None(tooMany));
  }

  private static Budget budget(long device) {
    MemorySize size = new MemorySize(device);
    MemorySize zero = MemorySize.ZERO;
    return new Budget(
        new ModelSizes(0, zero, zero),
        IterationSizes.NONE,
        new Peak(
            size,
            size,
            size,
            size,
            size,
            IterationPhase.FORWARD,
            "",
            1,
            zero,
            KernelTemporaries.NONE),
        new Budget.Stack(Map.of(Category.OTHER, size), Map.of()),
        List.of(),
        new MemoryTimeline(List.of()),
        Confidence.EXACT,
        List.of());
  }
}
