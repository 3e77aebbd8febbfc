package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.autograd.SavedTensorVersions;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a prediction says of itself.
class CaveatsTest {

  private static final TrainingSetup SETUP = TrainingSetup.of(8, Optimizer.SGD);

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pytorch | 2.15.0       | exact    |
          pytorch | 2.15         | exact    |
          pytorch | 2.15.1+cu132 | exact    |
          pytorch | 2.11.0+cu130 | exact    |
          pytorch | 2.12.0       | modelled | rules of pytorch 2.15, not checked for pytorch 2.12.0
          pytorch | 2.1.5        | modelled | rules of pytorch 2.15, not checked for pytorch 2.1.5
          pytorch | 2.150.0      | modelled | rules of pytorch 2.15, not checked for pytorch 2.150.0
          pytorch | 1.13.1       | modelled | rules of pytorch 2.15, for pytorch 1.13.1 checked in what is saved alone
          djl     | 2.15.0       | modelled | rules of pytorch 2.15, not checked for djl 2.15.0
          ''      | ''           | modelled | framework unknown: the rules of pytorch 2.15
          """)
  void rulesAreThoseOfOneVersion(String name, String version, String confidence, String reason) {
    // When
    Prediction prediction = predictor.predict(config(new Framework(name, version, ""), SETUP));

    // Then
    assertThat(prediction.confidence().wireName()).isEqualTo(confidence);
    assertThat(prediction.reasons()).isEqualTo(reason == null ? List.of() : List.of(reason));
  }

  @ParameterizedTest
  @CsvSource({
    "1.10.1, true, true",
    "1.11.0, true, false",
    "1.13.0a0, true, false",
    "2.4.1, false, false",
    "2.5.0, false, false",
    "x, false, false"
  })
  void versionsSelectWhatIsSaved(String version, boolean mean, boolean softmax) {
    // Then
    assertThat(SavedTensorVersions.of(new Framework("pytorch", version, "")))
        .isEqualTo(new SavedTensorVersions(mean, softmax));
  }

  @Test
  void checkpointsThatNameNoModuleAreSaid() {
    // Given
    var known = SETUP.withCheckpointing(List.of("body"));
    var unknown = SETUP.withCheckpointing(List.of("body", "head"));

    // Then
    assertThat(predictor.predict(config(known)).reasons()).isEmpty();
    assertThat(predictor.predict(config(unknown)).reasons())
        .containsExactly("checkpointing names no module: head");
  }

  @Test
  void theLayerThatNoNumberCountsIsNamed() {
    // When
    Prediction prediction = predictor.predict(config(2_000_000_000, 2_000_000_000));

    // Then
    assertThat(prediction)
        .isEqualTo(
            new Unsupported(
                List.of(
                    "layer body.fc: 2000000000 elements for each of 2000000000 samples are more"
                        + " bytes than 64 bits count")));
  }

  @Test
  void ranksThatDifferAreNotPredicted() {
    // Given
    var setup = SETUP.withParallelism(new Parallelism(Parallelism.Strategy.PIPELINE, 4, false));

    // Then
    assertThat(predictor.predict(config(setup)))
        .isEqualTo(
            new Unsupported(
                List.of(
                    "parallelism.strategy pipeline: ranks differ, which one config cannot say")));
  }

  private static LayerConfig config(TrainingSetup setup) {
    return config(new Framework("pytorch", "2.15.0", "13.2"), setup);
  }

  private static LayerConfig config(Framework framework, TrainingSetup setup) {
    return new LayerConfig("job", "1", "model", framework, setup, network(4));
  }

  private static LayerConfig config(int batch, int width) {
    return new LayerConfig(
        "job", "1", "model", Framework.UNKNOWN, SETUP.withBatchSize(batch), network(width));
  }

  private static Network network(int width) {
    List<String> outputs = List.of("body.fc");
    return new Network(
        List.of(new Input("x", TensorShape.of(4), DType.FLOAT32)),
        List.of(Layer.of("body.fc", List.of("x"), new Linear(4, width, true))),
        outputs,
        new Loss(Loss.Kind.CROSS_ENTROPY, outputs),
        Lifetimes.OBSERVED);
  }
}
