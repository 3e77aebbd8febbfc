package dev.headroom.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.operation.Linear;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {

  private static final List<Input> INPUTS =
      List.of(new Input("x", TensorShape.of(8), DType.FLOAT32));
  private static final List<Layer> LAYERS =
      List.of(Layer.of("a", List.of("x"), new Linear(8, 2, true)));
  private static final Loss LOSS = new Loss(Loss.Kind.MSE, List.of("a"));

  @Test
  void knowsWhatItIsMadeOf() {
    Network network = network(LAYERS, List.of("a", "x"), LOSS, Lifetimes.ASSUMED);
    assertThat(network.inputs()).isEqualTo(INPUTS);
    assertThat(network.layers()).isEqualTo(LAYERS);
    assertThat(network.outputs()).containsExactly("a", "x");
    assertThat(network.loss()).isEqualTo(LOSS);
    assertThat(network.lifetimes()).isEqualTo(Lifetimes.ASSUMED);
    assertThat(network.value("a")).isEqualTo(Value.batched(TensorShape.of(2)));
    assertThat(network.value("x")).isEqualTo(Value.batched(TensorShape.of(8)));
    assertThatThrownBy(() -> network.value("y")).hasMessage("no layer or input of that name: y");
  }

  @Test
  void refusesOutputsThatAreNowhere() {
    assertThatThrownBy(() -> network(LAYERS, List.of("b"), LOSS, Lifetimes.ASSUMED))
        .hasMessage("output names no layer: b");
    assertThatThrownBy(
            () ->
                network(
                    LAYERS, List.of("a"), new Loss(Loss.Kind.MSE, List.of("c")), Lifetimes.ASSUMED))
        .hasMessage("output names no layer: c");
  }

  @Test
  void hasABoundedNumberOfLayers() {
    assertThatThrownBy(() -> network(List.of(), List.of(), LOSS, Lifetimes.ASSUMED))
        .hasMessage("layers are empty");
    assertThatThrownBy(
            () ->
                network(
                    Collections.nCopies(20_001, LAYERS.getFirst()),
                    List.of(),
                    LOSS,
                    Lifetimes.ASSUMED))
        .hasMessage("layers > 20000: 20001");
    var most = new ArrayList<Layer>();
    for (int i = 0; i < 20_000; i++) {
      most.add(Layer.of("l" + i, List.of("x"), new Linear(8, 2, true)));
    }
    assertThat(network(most, List.of(), new Loss(Loss.Kind.NONE, List.of()), Lifetimes.ASSUMED))
        .isNotNull();
  }

  @Test
  void isEqualByEveryPart() {
    Network network = network(LAYERS, List.of("a"), LOSS, Lifetimes.ASSUMED);
    Layer other = Layer.of("a", List.of("x"), new Linear(8, 2, false));
    assertThat(network)
        .isEqualTo(network(LAYERS, List.of("a"), LOSS, Lifetimes.ASSUMED))
        .hasSameHashCodeAs(network(LAYERS, List.of("a"), LOSS, Lifetimes.ASSUMED))
        .isNotEqualTo(network(LAYERS, List.of("x"), LOSS, Lifetimes.ASSUMED))
        .isNotEqualTo(network(LAYERS, List.of("a"), LOSS, Lifetimes.OBSERVED))
        .isNotEqualTo(network(List.of(other), List.of("a"), LOSS, Lifetimes.ASSUMED))
        .isNotEqualTo(
            network(LAYERS, List.of("a"), new Loss(Loss.Kind.L1, List.of("a")), Lifetimes.ASSUMED))
        .isNotEqualTo(
            new Network(
                List.of(new Input("x", TensorShape.of(8), DType.FLOAT64)),
                LAYERS,
                List.of("a"),
                LOSS,
                Lifetimes.ASSUMED))
        .isNotEqualTo("network");
  }

  private static Network network(
      List<Layer> layers, List<String> outputs, Loss loss, Lifetimes lifetimes) {
    return new Network(INPUTS, layers, outputs, loss, lifetimes);
  }
}
