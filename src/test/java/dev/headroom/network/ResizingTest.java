package dev.headroom.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.operation.AdaptivePool;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Concat;
import dev.headroom.network.operation.Embedding;
import dev.headroom.network.operation.LayerNorm;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Opaque;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.Pad;
import dev.headroom.network.operation.PaddingMode;
import dev.headroom.network.operation.StochasticDepth;
import dev.headroom.network.operation.Upsample;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.Polynomial;
import dev.headroom.network.tensor.TensorShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResizingTest {

  private static final Polynomial H = times(1);
  private static final TensorShape SIX = TensorShape.of(6);
  private static final TensorShape TEN = TensorShape.of(10);

  /// The attribute that follows the extent `h`, from 6 to 10, and twice it where it is a list of
  /// two; the operation before, and after.
  static Stream<Arguments> followers() {
    return Stream.of(
        Arguments.of("shape", view(View.Kind.SLICE, SIX), view(View.Kind.SLICE, TEN)),
        Arguments.of("shape", leaf(SIX), leaf(TEN)),
        Arguments.of("output_shape", new Concat(1, SIX), new Concat(1, TEN)),
        Arguments.of("noise_shape", new StochasticDepth(SIX), new StochasticDepth(TEN)),
        Arguments.of(
            "normalized_shape",
            new LayerNorm(true, SIX, true, false),
            new LayerNorm(true, TEN, true, false)),
        Arguments.of(
            "output_size", new AdaptivePool(true, List.of(6)), new AdaptivePool(true, List.of(10))),
        Arguments.of(
            "size", new Upsample(List.of(), List.of(6)), new Upsample(List.of(), List.of(10))),
        Arguments.of("num_embeddings", new Embedding(6, 3), new Embedding(10, 3)),
        Arguments.of("query_length", attention(6, 2), attention(10, 2)),
        Arguments.of("key_length", attention(2, 6), attention(2, 10)),
        Arguments.of("output_shape", opaque(SIX, 1, 2), opaque(TEN, 1, 2)),
        Arguments.of("saved_bytes_per_sample", opaque(SIX, 6, 2), opaque(SIX, 10, 2)),
        Arguments.of("saved_bytes", opaque(SIX, 1, 6), opaque(SIX, 1, 10)));
  }

  @ParameterizedTest
  @MethodSource("followers")
  void anAttributeFollowsTheInput(String attribute, Operation before, Operation after) {
    // Given
    Map<String, List<@Nullable Polynomial>> rules = Map.of(attribute, List.of(H));
    List<String> from =
        before.minInputs() == 0
            ? List.of()
            : Stream.generate(() -> "x").limit(before.minInputs()).toList();
    Network network = network(dynamic("h"), new Layer("a", from, before, traits(rules)));
    // When
    Network resized = Resizing.of(network, Map.of("x", TEN));
    // Then
    assertThat(resized.layers().getFirst().operation()).isEqualTo(after);
    assertThat(resized.layers().getFirst().traits()).isEqualTo(traits(rules));
    assertThat(resized.inputs()).containsExactly(new Input("x", TEN, DType.FLOAT32, List.of("h")));
  }

  @Test
  void aNumberWithoutARuleStays() {
    Map<String, List<@Nullable Polynomial>> rules = new HashMap<>();
    rules.put("padding", Arrays.asList(null, times(2)));
    Network network =
        network(
            dynamic("h"),
            new Layer(
                "a", List.of("x"), new Pad(List.of(1, 12), PaddingMode.CONSTANT), traits(rules)));
    assertThat(Resizing.of(network, Map.of("x", TEN)).layers().getFirst().operation())
        .isEqualTo(new Pad(List.of(1, 20), PaddingMode.CONSTANT));
  }

  @Test
  void layersThatFollowByThemselvesNeedNoRule() {
    Network network = network(List.of(), layer(new AdaptivePool(false, List.of(1))));
    assertThat(Resizing.of(network, Map.of("x", TEN)).value("a")).isEqualTo(network.value("a"));
  }

  @Test
  void refusesInputsThatCannotChange() {
    Network fixed = network(dynamic(""), layer(new AdaptivePool(false, List.of(1))));
    assertThat(Resizing.of(fixed, Map.of("x", SIX))).isEqualTo(fixed);
    refuses(fixed, Map.of("x", TEN), "extent 0 of input x is fixed: 10");
    refuses(fixed, Map.of("y", TEN), "no input of that name: y");
    refuses(fixed, Map.of("x", TensorShape.of(6, 6)), "input x is [6], not [6, 6]");
    var twice = new Input("x", TensorShape.of(6, 6), DType.FLOAT32, List.of("h", "h"));
    Network square =
        new Network(
            List.of(twice),
            List.of(layer(new AdaptivePool(false, List.of(1)))),
            List.of(),
            new Loss(Loss.Kind.NONE, List.of()),
            Lifetimes.ASSUMED);
    refuses(square, Map.of("x", TensorShape.of(7, 8)), "h is both 7 and 8");
  }

  @Test
  void saysWhichLayerCannotFollow() {
    Map<String, List<@Nullable Polynomial>> two = Map.of("shape", List.of(H, H));
    refuses(
        network(
            dynamic("h"), new Layer("a", List.of("x"), view(View.Kind.SLICE, SIX), traits(two))),
        Map.of("x", TEN),
        "layer a does not follow: shape has 1 numbers, dynamic 2");
    refuses(
        network(
            dynamic("h"),
            new Layer(
                "a", List.of("x"), new Linear(6, 2, true), traits(Map.of("shape", List.of(H))))),
        Map.of("x", TEN),
        "layer a does not follow: no number of its kind can");
    refuses(
        network(dynamic("h"), layer(new Linear(6, 2, true))),
        Map.of("x", TEN),
        "layer a: in_features is 6, but the input has 10");
  }

  @Test
  void refusesWhatWouldFollowUnnoticedWhereNothingIsSaid() {
    for (Operation operation :
        List.of(
            view(View.Kind.SLICE, SIX),
            view(View.Kind.CHUNK, SIX),
            view(View.Kind.EXPAND, SIX),
            leaf(SIX),
            attention(6, 6),
            opaque(SIX, 1, 1))) {
      List<String> from = Stream.generate(() -> "x").limit(operation.minInputs()).toList();
      refuses(
          network(List.of(), new Layer("a", from, operation, Layer.Traits.NONE)),
          Map.of("x", TEN),
          "the config does not say how its layers follow the input (dynamic): layer a has a shape"
              + " of its own");
    }
    refuses(
        network(List.of(), layer(view(View.Kind.RESHAPE, SIX))),
        Map.of("x", TEN),
        "the config does not say how its layers follow the input (dynamic): layer a: shape [6] has"
            + " other elements than the input's [10]");
  }

  private static void refuses(Network network, Map<String, TensorShape> shapes, String why) {
    assertThatThrownBy(() -> Resizing.of(network, shapes)).hasMessage(why);
  }

  private static Polynomial times(int factor) {
    return new Polynomial(List.of(new Polynomial.Term(List.of("h"), factor, 1)));
  }

  private static List<String> dynamic(String name) {
    return List.of(name);
  }

  private static Layer layer(Operation operation) {
    return Layer.of("a", List.of("x"), operation);
  }

  private static Layer.Traits traits(Map<String, List<@Nullable Polynomial>> rules) {
    return Layer.Traits.builder().dynamic(rules).build();
  }

  private static View view(View.Kind kind, TensorShape shape) {
    return new View(kind, shape);
  }

  private static Leaf leaf(TensorShape shape) {
    return new Leaf(Leaf.Kind.CONSTANT, shape, DType.FLOAT32);
  }

  private static Attention attention(int queries, int keys) {
    return new Attention(1, queries, keys, 4, Attention.Backend.MATH, 0.5, true);
  }

  private static Opaque opaque(TensorShape shape, long perSample, long once) {
    return new Opaque("f", shape, 3, List.of(0), true, perSample, once);
  }

  private static Network network(List<String> dynamic, Layer layer) {
    return new Network(
        List.of(new Input("x", SIX, DType.FLOAT32, dynamic)),
        List.of(layer),
        List.of(),
        new Loss(Loss.Kind.NONE, List.of()),
        Lifetimes.ASSUMED);
  }
}
