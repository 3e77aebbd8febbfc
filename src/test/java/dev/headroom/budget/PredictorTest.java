package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every config has an answer.
class PredictorTest {

  private static final LayerConfig RESNET = GoldenReferences.config("resnet18");

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "Gpt2Small", "WideMlp"})
  void aNetworkHasTheBudgetThatPyTorchHas(String network) {
    PyTorchRuns.assertEqualFor(network);
  }

  @Test
  void saysWhyThereIsNone() {
    assertThat(predictor.predict(RESNET.withDescription(new Undescribed("control flow"))))
        .isEqualTo(new Unsupported(List.of("control flow")));
    Parallelism pipeline = new Parallelism(Strategy.PIPELINE, 4, false);
    assertThat(predictor.predict(RESNET.withSetup(RESNET.setup().withParallelism(pipeline))))
        .isEqualTo(
            new Unsupported(
                List.of(
                    "parallelism.strategy pipeline: ranks differ, which one config cannot say")));
  }

  @Test
  void namesTheLayerThatIsTooLarge() {
    Network network = linear((1 << 30) + 5, 2);
    assertThat(predictor.predict(with(network, Integer.MAX_VALUE)))
        .isEqualTo(
            new Unsupported(
                List.of(
                    "layer l0: 1073741829 elements for each of 2147483647 samples are more bytes"
                        + " than 64 bits count")));
  }

  @Test
  void saysThatAllLayersTogetherAreTooLarge() {
    // Given layers that fit by themselves: 2^28 elements of 4 bytes for 2^31 samples
    Network network = linear(1 << 28, 40);
    assertThat(predictor.predict(with(network, Integer.MAX_VALUE)))
        .isEqualTo(
            new Unsupported(List.of("all layers together hold more bytes than 64 bits count")));
  }

  @Test
  void saysWhatWasWrongWithAConfig() {
    var failing =
        new Predictor(
            (_, _) -> {
              throw new IllegalArgumentException("no such GPU");
            });
    assertThat(failing.predict(RESNET)).isEqualTo(new Unsupported(List.of("no such GPU")));
  }

  /// Exactly as many bytes as 64 bits count are not too many for one layer.
  @Test
  void aLayerThatJustFitsIsNotNamed() {
    // 4 bytes · 2,147,483,647 samples · 1,073,741,824 elements = 2^63 − 2^32
    Network network = linear(1 << 30, 2);
    assertThat(predictor.predict(with(network, Integer.MAX_VALUE)))
        .isEqualTo(
            new Unsupported(List.of("all layers together hold more bytes than 64 bits count")));
  }

  private static LayerConfig with(Network network, int batch) {
    return RESNET.withDescription(network).withSetup(RESNET.setup().withBatchSize(batch));
  }

  private static Network linear(int width, int count) {
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < count; i++) {
      layers.add(Layer.of("l" + i, List.of("x"), new Linear(1, width, false)));
    }
    return new Network(
        List.of(new Input("x", TensorShape.of(1), DType.FLOAT32)),
        layers,
        layers.stream().map(Layer::name).toList(),
        new Loss(Loss.Kind.NONE, List.of("l0")),
        Lifetimes.ASSUMED);
  }
}
