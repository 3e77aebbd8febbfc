package dev.headroom.network.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.tensor.DType;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each what-if changes one part of a set-up, and nothing else.
class TrainingSetupTest {

  private static final Optimizer ADAM =
      new Optimizer(Optimizer.Kind.ADAM, 0, false, true, false, Optimizer.Implementation.FUSED);
  private static final Precision HALF = new Precision(DType.FLOAT32, DType.BFLOAT16);
  private static final Gradients TWO_STEPS = new Gradients(false, 2);
  private static final Parallelism DDP = new Parallelism(Parallelism.Strategy.DDP, 4, true);

  private static final List<Function<TrainingSetup, Object>> PARTS =
      List.of(
          TrainingSetup::mode,
          TrainingSetup::batchSize,
          TrainingSetup::precision,
          TrainingSetup::optimizer,
          TrainingSetup::gradients,
          TrainingSetup::parallelism,
          TrainingSetup::checkpointing,
          TrainingSetup::expandableSegments);

  static Stream<Arguments> changes() {
    return Stream.of(
        change(0, RunMode.INFERENCE, it -> it.withMode(RunMode.INFERENCE)),
        change(1, 7, it -> it.withBatchSize(7)),
        change(2, HALF, it -> it.withPrecision(HALF)),
        change(3, ADAM, it -> it.withOptimizer(ADAM)),
        change(4, TWO_STEPS, it -> it.withGradients(TWO_STEPS)),
        change(5, DDP, it -> it.withParallelism(DDP)),
        change(6, List.of("h.0"), it -> it.withCheckpointing(List.of("h.0"))),
        change(7, true, it -> it.withExpandableSegments(true)));
  }

  private static Arguments change(int part, Object to, UnaryOperator<TrainingSetup> change) {
    return Arguments.of(part, to, change);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void oneChangeLeavesTheRest(int part, Object to, UnaryOperator<TrainingSetup> change) {
    // Given
    TrainingSetup plain = TrainingSetup.of(32, Optimizer.SGD);
    TrainingSetup rich =
        new TrainingSetup(RunMode.TRAINING, 16, HALF, ADAM, TWO_STEPS, DDP, List.of("a"), false);
    for (TrainingSetup before : List.of(plain, rich)) {
      // When
      TrainingSetup after = change.apply(before);
      // Then
      for (int i = 0; i < PARTS.size(); i++) {
        Object expected = i == part ? to : PARTS.get(i).apply(before);
        assertThat(PARTS.get(i).apply(after)).isEqualTo(expected);
      }
    }
  }

  @Test
  void isPlainUnlessTold() {
    assertThat(TrainingSetup.of(32, ADAM))
        .isEqualTo(
            new TrainingSetup(
                RunMode.TRAINING,
                32,
                Precision.FLOAT32,
                ADAM,
                Gradients.DEFAULT,
                Parallelism.NONE,
                List.of(),
                false));
    assertThat(TrainingSetup.of(1, ADAM).batchSize()).isEqualTo(1);
    assertThatThrownBy(() -> TrainingSetup.of(0, ADAM)).hasMessage("batch_size < 1: 0");
  }
}
