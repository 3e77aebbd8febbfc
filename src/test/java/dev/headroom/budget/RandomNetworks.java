package dev.headroom.budget;

import dev.headroom.network.Layer;
import dev.headroom.network.Layer.Traits;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Dropout;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Valid networks drawn from a seed: any layer may read any earlier value and be held for long.
final class RandomNetworks {

  private static final int WIDTH = 96;
  private static final TensorShape SHAPE = TensorShape.of(WIDTH);

  private RandomNetworks() {}

  /// @param prefix of every module's name: the same seed gives the same tree under other names
  static LayerConfig of(LayerConfig like, long seed, String prefix) {
    var random = new Random(seed);
    int count = 2 + random.nextInt(60);
    var names = new ArrayList<String>();
    names.add("x");
    for (int i = 0; i < count; i++) {
      names.add(prefix + i / 7 + "." + prefix + "layer" + i);
    }
    var layers = new ArrayList<Layer>();
    for (int i = 1; i <= count; i++) {
      Operation operation = i == 1 ? linear() : operation(random);
      var inputs = new ArrayList<String>();
      inputs.add(names.get(i == 1 ? 0 : i - 1 - random.nextInt(Math.min(3, i - 1))));
      if (operation instanceof Arithmetic) {
        inputs.add(names.get(random.nextInt(i)));
      }
      int until = i + random.nextInt(count - i + 1);
      String held = random.nextInt(4) == 0 ? names.get(until) : "";
      boolean trainable = i == 1 || random.nextInt(4) > 0;
      var traits = Traits.builder().heldUntil(held).trainable(trainable).build();
      layers.add(new Layer(names.get(i), inputs, operation, traits));
    }
    List<String> outputs = List.of(names.getLast());
    var network =
        new Network(
            List.of(new Input("x", SHAPE, DType.FLOAT32)),
            layers,
            outputs,
            new Loss(Loss.Kind.CROSS_ENTROPY, outputs),
            random.nextBoolean() ? Lifetimes.OBSERVED : Lifetimes.ASSUMED);
    return new LayerConfig(
        like.job(), like.run(), like.model(), like.framework(), like.setup(), network);
  }

  private static Operation linear() {
    return new Linear(WIDTH, WIDTH, true);
  }

  private static Operation operation(Random random) {
    Activation.Kind[] activations = Activation.Kind.values();
    Arithmetic.Kind[] arithmetic = Arithmetic.Kind.values();
    return switch (random.nextInt(6)) {
      case 0 -> new Activation(activations[random.nextInt(activations.length)], false);
      case 1 -> new Arithmetic(arithmetic[random.nextInt(arithmetic.length)], false);
      case 2 -> new Dropout(0.1, false);
      case 3 -> new View(View.Kind.RESHAPE, SHAPE);
      case 4 -> new Contiguous();
      default -> linear();
    };
  }
}
