package dev.headroom.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.BatchNorm;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerTest {

  @Test
  void ownsTensorsThatNoOtherLayerHas() {
    Layer.Traits shared = Layer.Traits.builder().shares("a").build();
    assertThat(layer(new Linear(3, 4, true), Layer.Traits.NONE).ownsTensors()).isTrue();
    assertThat(layer(new Linear(3, 4, true), shared).ownsTensors()).isFalse();
    assertThat(layer(new BatchNorm(1, 4, false, true), Layer.Traits.NONE).ownsTensors()).isTrue();
    assertThat(layer(new BatchNorm(1, 4, false, true), shared).ownsTensors()).isFalse();
    assertThat(layer(new Activation(Activation.Kind.RELU, false), Layer.Traits.NONE).ownsTensors())
        .isFalse();
  }

  @Test
  void aWeightThatIsComputedIsNoParameter() {
    Layer.Traits computed = Layer.Traits.builder().weight("w").build();
    assertThat(layer(new Linear(3, 4, true), Layer.Traits.NONE).ownParameters())
        .containsExactly(TensorShape.of(4, 3), TensorShape.of(4));
    assertThat(layer(new Linear(3, 4, true), computed).ownParameters())
        .containsExactly(TensorShape.of(4));
    assertThat(layer(new Activation(Activation.Kind.RELU, false), computed).ownParameters())
        .isEmpty();
  }

  @Test
  void traitsAreWhatWasSaid() {
    Layer.Builder builder =
        Layer.Traits.builder()
            .shares("a")
            .weight("b")
            .biasFrom("c")
            .heldUntil("d")
            .call("e")
            .trainable(false)
            .trainingOnly(true)
            .autocast(false)
            .heldInEvaluation(true)
            .heldInTraining(true)
            .requiresGrad(false)
            .batched(Layer.Growth.FIXED)
            .dtype(DType.INT8)
            .placed(1)
            .stepped(2)
            .gradientCopies(3)
            .dynamic(Map.of("shape", List.of()))
            .unknown(List.of("\"q\""));
    assertThat(builder.dtype()).isEqualTo(DType.INT8);
    assertThat(builder.build())
        .isEqualTo(
            new Layer.Traits(
                "a",
                "b",
                "c",
                "d",
                "e",
                false,
                true,
                false,
                true,
                true,
                false,
                Layer.Growth.FIXED,
                DType.INT8,
                1,
                2,
                3,
                Map.of("shape", List.of()),
                List.of("\"q\"")));
    assertThat(Layer.Traits.NONE)
        .isEqualTo(
            new Layer.Traits(
                "",
                "",
                "",
                "",
                "",
                true,
                false,
                true,
                false,
                false,
                true,
                Layer.Growth.DEFAULT,
                null,
                -1,
                -1,
                -1,
                Map.of(),
                List.of()));
  }

  private static Layer layer(Operation operation, Layer.Traits traits) {
    return new Layer("l", List.of(), operation, traits);
  }
}
