package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.DType;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Mode;
import dev.headroom.network.Precision;
import dev.headroom.network.TrainingSetup;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What must hold of any network, on the reference networks.
class PredictorPropertiesTest {

  private final Predictor predictor = new Predictor(new DevicePriors());

  static Stream<String> networks() {
    return Golden.networks().stream();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void lessWorkNeedsLessMemory(String network) {
    // Given
    LayerConfig config = Golden.config(network);
    TrainingSetup setup = config.setup().withBatchSize(8);
    // When
    long training = tensor(config.withSetup(setup));
    // Then
    var half = new Precision(DType.FLOAT16, DType.FLOAT16);
    assertThat(tensor(config.withSetup(setup.withBatchSize(4)))).isLessThanOrEqualTo(training);
    assertThat(tensor(config.withSetup(setup.withMode(Mode.INFERENCE))))
        .isLessThanOrEqualTo(training);
    assertThat(tensor(config.withSetup(setup.withPrecision(half)))).isLessThanOrEqualTo(training);
  }

  private long tensor(LayerConfig config) {
    Prediction prediction = predictor.predict(config);
    assertThat(prediction).as("%s", List.copyOf(prediction.reasons())).isInstanceOf(Budget.class);
    return ((Budget) prediction).peak().tensor().bytes();
  }
}
