package dev.headroom.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.PaddingMode;
import dev.headroom.network.operation.Recurrent;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is wrong with a graph is found at the first layer that does not fit.
class GraphCheckTest {

  private static final Input X = new Input("x", TensorShape.of(8), DType.FLOAT32);
  private static final Linear LINEAR = new Linear(8, 8, true);

  @Test
  void infersEveryShape() {
    Map<String, Value> values =
        check(layer("a", new Linear(8, 3, true), "x"), layer("b", new Linear(3, 5, true), "a"));
    assertThat(values)
        .isEqualTo(
            Map.of(
                "x", Value.batched(TensorShape.of(8)),
                "a", Value.batched(TensorShape.of(3)),
                "b", Value.batched(TensorShape.of(5))));
  }

  @Test
  void aResultGrowsWithTheBatchUnlessItIsALeafOrALayerSaysSo() {
    Leaf leaf = new Leaf(Leaf.Kind.CONSTANT, TensorShape.of(8), DType.FLOAT32);
    Map<String, Value> values =
        check(
            layer("c", leaf),
            layer("grown", LINEAR, "c"),
            traits("said", LINEAR, "x", it -> it.batched(Layer.Growth.FIXED)),
            traits("leaf", leaf, null, it -> it.batched(Layer.Growth.BATCHED)));
    assertThat(values.get("c")).matches(it -> !it.batched());
    assertThat(values.get("grown")).matches(Value::batched);
    assertThat(values.get("said")).matches(it -> !it.batched());
    assertThat(values.get("leaf")).matches(Value::batched);
  }

  @Test
  void refusesNamesThatAreNotKnownYet() {
    refuses("layer a: input names no earlier layer: y", layer("a", LINEAR, "y"));
    refuses("layer a: input names no earlier layer: a", layer("a", LINEAR, "a"));
    refuses("layer x: name used twice", layer("x", LINEAR, "x"));
    refuses("layer a: name used twice", layer("a", LINEAR, "x"), layer("a", LINEAR, "x"));
    refuses(
        "layer a: shares names no earlier layer: s",
        traits("a", LINEAR, "x", it -> it.shares("s")));
    refuses(
        "layer a: weight names no earlier layer: w",
        traits("a", LINEAR, "x", it -> it.weight("w")));
    refuses(
        "layer a: bias_from names no earlier layer: b",
        traits("a", LINEAR, "x", it -> it.biasFrom("b")));
    refuses(
        "layer a: held_until names no later layer: h",
        traits("a", LINEAR, "x", it -> it.heldUntil("h")));
    refuses(
        "layer b: held_until names no later layer: a",
        layer("a", LINEAR, "x"),
        traits("b", LINEAR, "x", it -> it.heldUntil("a")));
  }

  @Test
  void takesNamesThatAreKnown() {
    assertThat(
            check(
                layer("a", LINEAR, "x"),
                traits("b", LINEAR, "x", it -> it.shares("a").weight("a").biasFrom("x")),
                traits("c", LINEAR, "x", it -> it.heldUntil("d")),
                traits("d", LINEAR, "x", it -> it.heldUntil("d"))))
        .hasSize(5);
  }

  @Test
  void refusesWhatDoesNotFit() {
    refuses("layer a: inputs < 1: 0", layer("a", LINEAR));
    refuses("layer a: inputs > 1: 2", layer("a", LINEAR, "x", "x"));
    refuses(
        "layer a: in_features is 7, but the input has 8", layer("a", new Linear(7, 8, true), "x"));
    refuses(
        "layer b: shares parameters of another shape: a",
        layer("a", LINEAR, "x"),
        traits("b", new Linear(8, 8, false), "x", it -> it.shares("a")));
    assertThatThrownBy(() -> new GraphCheck(List.of(X, X), List.of()))
        .hasMessage("input named twice: x");
  }

  @Test
  void countsParameterTensors() {
    // Given: each has 16 · 1024 of them
    Operation many = new Recurrent(Recurrent.Kind.LSTM, 8, 4, 1024, true, true);
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < 12; i++) {
      layers.add(layer("l" + i, many, "x"));
    }
    assertThat(new GraphCheck(List.of(X), layers).values()).hasSize(13);
    layers.add(layer("l12", many, "x"));
    assertThatThrownBy(() -> new GraphCheck(List.of(X), layers))
        .hasMessage("layer l12: more than 100000 parameter tensors up to here");
  }

  @Test
  void aConvolutionWhoseWeightGrowsWithTheBatchHasGroupsForSamples() {
    List<Integer> one = List.of(1);
    var convolution =
        new Convolution(
            false,
            16,
            4,
            one,
            one,
            List.of(0),
            one,
            List.of(0),
            2,
            false,
            false,
            PaddingMode.CONSTANT);
    var input = new Input("y", TensorShape.of(8, 5), DType.FLOAT32);
    Layer computed = traits("a", convolution, "y", it -> it.weight("x"));
    assertThat(new GraphCheck(List.of(X, input), List.of(computed)).values().get("a"))
        .isEqualTo(new Value(TensorShape.of(2, 5), true, false));
    assertThatThrownBy(
            () -> new GraphCheck(List.of(X, input), List.of(layer("a", convolution, "y"))))
        .hasMessageContaining("in_channels is 16");
    assertThat(check(layer("v", new View(View.Kind.IDENTITY, TensorShape.of()), "x"))).hasSize(2);
  }

  private static Map<String, Value> check(Layer... layers) {
    return new GraphCheck(List.of(X), List.of(layers)).values();
  }

  private static void refuses(String why, Layer... layers) {
    assertThatThrownBy(() -> check(layers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  private static Layer layer(String name, Operation operation, String... inputs) {
    return Layer.of(name, List.of(inputs), operation);
  }

  private static Layer traits(
      String name,
      Operation operation,
      @org.jspecify.annotations.Nullable String input,
      java.util.function.UnaryOperator<Layer.Builder> said) {
    return new Layer(
        name,
        input == null ? List.of() : List.of(input),
        operation,
        said.apply(Layer.Traits.builder()).build());
  }
}
