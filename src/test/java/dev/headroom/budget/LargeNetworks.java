package dev.headroom.budget;

import dev.headroom.network.Layer;
import dev.headroom.network.Layer.Traits;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Dropout;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Networks of as many layers as one wants, each built to make one kind of step quadratic.
final class LargeNetworks {

  private static final int WIDTH = 64;
  private static final TensorShape SHAPE = TensorShape.of(WIDTH);
  private static final Operation RELU = new Activation(Activation.Kind.RELU, false);
  private static final Operation ADD = new Arithmetic(Arithmetic.Kind.ADD, false);
  private static final Operation MUL = new Arithmetic(Arithmetic.Kind.MUL, false);

  private LargeNetworks() {}

  /// Each layer reads the one before it.
  static LayerConfig chain(LayerConfig like, int layers) {
    return of(like, layers, Lifetimes.OBSERVED, i -> layer(i, RELU));
  }

  static LayerConfig linear(LayerConfig like, int layers) {
    return of(like, layers, Lifetimes.OBSERVED, i -> layer(i, new Linear(WIDTH, WIDTH, true)));
  }

  /// One trained layer, and no memory behind it.
  static LayerConfig views(LayerConfig like, int layers) {
    return of(like, layers, Lifetimes.OBSERVED, i -> layer(i, new View(View.Kind.RESHAPE, SHAPE)));
  }

  /// What evaluation leaves out.
  static LayerConfig dropouts(LayerConfig like, int layers) {
    var skipped = Traits.builder().trainingOnly(true).build();
    return of(
        like,
        layers,
        Lifetimes.OBSERVED,
        i -> new Layer(name(i), List.of(name(i - 1)), new Dropout(0.5, false), skipped));
  }

  /// Every layer reads the first one as well: it has as many uses as there are layers.
  static LayerConfig fanOut(LayerConfig like, int layers) {
    return of(
        like,
        layers,
        Lifetimes.OBSERVED,
        i -> Layer.of(name(i), List.of(name(i - 1), name(0)), i % 2 == 0 ? ADD : MUL));
  }

  /// Every result is held to the end of the forward pass.
  static LayerConfig held(LayerConfig like, int layers) {
    var held = Traits.builder().heldUntil(name(layers - 1)).build();
    return of(
        like,
        layers,
        Lifetimes.OBSERVED,
        i -> new Layer(name(i), List.of(name(i - 1)), RELU, held));
  }

  /// Module calls inside one another, held until they return.
  static LayerConfig nested(LayerConfig like, int layers) {
    return of(
        like,
        layers,
        Lifetimes.ASSUMED,
        i ->
            Layer.of(
                "m.".repeat(i % 60) + name(i),
                List.of((i == 1 ? "" : "m.".repeat((i - 1) % 60)) + name(i - 1)),
                RELU));
  }

  private static Layer layer(int at, Operation operation) {
    return Layer.of(name(at), List.of(name(at - 1)), operation);
  }

  private static String name(int at) {
    return "layer" + at;
  }

  private static LayerConfig of(
      LayerConfig like, int count, Lifetimes lifetimes, IntFunction<Layer> layer) {
    var layers = new ArrayList<Layer>(count);
    layers.add(Layer.of(name(0), List.of("x"), new Linear(WIDTH, WIDTH, true)));
    for (int i = 1; i < count; i++) {
      layers.add(layer.apply(i));
    }
    List<String> outputs = List.of(layers.getLast().name());
    var network =
        new Network(
            List.of(new Input("x", SHAPE, DType.FLOAT32)),
            layers,
            outputs,
            new Loss(Loss.Kind.CROSS_ENTROPY, outputs),
            lifetimes);
    return new LayerConfig(
        like.job(), like.run(), like.model(), like.framework(), like.setup(), network);
  }
}
