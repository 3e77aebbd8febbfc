package dev.headroom.budget;

import dev.headroom.network.Layer;
import dev.headroom.network.Layer.Traits;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.BatchNorm;
import dev.headroom.network.operation.Concat;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Embedding;
import dev.headroom.network.operation.GroupNorm;
import dev.headroom.network.operation.LayerNorm;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Mean;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.PaddingMode;
import dev.headroom.network.operation.Pool;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Valid models drawn from a seed: images through convolutions, pools, norms, sums, concatenations
/// and shared weights; or sequences through embeddings, norms, products and attention.
final class RandomModels {

  private static final int CHANNELS = 16;
  private static final int SIDE = 24;
  private static final int LENGTH = 40;
  private static final int WIDTH = 64;
  private static final int HEADS = 4;

  private final Random random;
  private final String prefix;
  private final List<Layer> layers = new ArrayList<>();

  /// Names of values that have the common shape.
  private final List<String> values = new ArrayList<>();

  private RandomModels(long seed, String prefix) {
    random = new Random(seed);
    this.prefix = prefix;
  }

  /// @param prefix of every module's name: the same seed gives the same tree under other names
  static LayerConfig of(LayerConfig like, long seed, String prefix) {
    var model = new RandomModels(seed, prefix);
    boolean image = model.random.nextBoolean();
    Input input =
        image
            ? new Input("x", TensorShape.of(3, SIDE, SIDE), DType.FLOAT32)
            : new Input("x", TensorShape.of(LENGTH), DType.INT64);
    String last = image ? model.image() : model.sequence();
    var network =
        new Network(
            List.of(input),
            model.layers,
            List.of(last),
            new Loss(Loss.Kind.CROSS_ENTROPY, List.of(last)),
            model.random.nextBoolean() ? Lifetimes.OBSERVED : Lifetimes.ASSUMED);
    return new LayerConfig(
        like.job(), like.run(), like.model(), like.framework(), like.setup(), network);
  }

  private String add(Operation operation, Traits traits, String... inputs) {
    int at = layers.size();
    String name = prefix + at / 9 + "." + prefix + "layer" + at;
    layers.add(new Layer(name, List.of(inputs), operation, traits));
    return name;
  }

  private String add(Operation operation, String... inputs) {
    boolean trainable = random.nextInt(5) > 0;
    return add(operation, Traits.builder().trainable(trainable).build(), inputs);
  }

  private String any() {
    return values.get(values.size() - 1 - random.nextInt(Math.min(3, values.size())));
  }

  private String image() {
    values.add(add(convolution(3, 3, 1), Traits.NONE, "x"));
    for (int i = 0; i < 4 + random.nextInt(40); i++) {
      String from = any();
      values.add(
          switch (random.nextInt(9)) {
            case 0 -> add(convolution(CHANNELS, 3, 1), from);
            case 1 -> add(convolution(CHANNELS, 3, CHANNELS), from);
            case 2 -> add(new BatchNorm(2, CHANNELS, true, true), from);
            case 3 -> add(new GroupNorm(4, CHANNELS, true), from);
            case 4 -> add(new Activation(Activation.Kind.RELU, false), from);
            case 5 -> add(pool(random.nextBoolean()), from);
            case 6 -> add(new Arithmetic(Arithmetic.Kind.ADD, false), from, any());
            case 7 ->
                add(convolution(2 * CHANNELS, 1, 1), add(new Concat(1), from, values.getFirst()));
            default -> {
              String owner = add(convolution(CHANNELS, 1, 1), Traits.NONE, from);
              var traits = Traits.builder().shares(owner).build();
              yield add(convolution(CHANNELS, 1, 1), traits, owner);
            }
          });
    }
    String pooled = add(new Mean(List.of(2, 3), false), values.getLast());
    return add(new Linear(CHANNELS, 10, true), Traits.NONE, pooled);
  }

  private String sequence() {
    values.add(add(new Embedding(1_000, WIDTH), Traits.NONE, "x"));
    for (int i = 0; i < 2 + random.nextInt(20); i++) {
      String from = any();
      values.add(
          switch (random.nextInt(5)) {
            case 0 -> add(new LayerNorm(false, TensorShape.of(WIDTH), true, true), from);
            case 1 -> add(new Linear(WIDTH, WIDTH, random.nextBoolean()), from);
            case 2 -> add(new Activation(Activation.Kind.GELU, false), from);
            case 3 -> add(new Arithmetic(Arithmetic.Kind.ADD, false), from, any());
            default -> attention(from);
          });
    }
    String pooled = add(new Mean(List.of(1), false), values.getLast());
    return add(new Linear(WIDTH, 10, true), Traits.NONE, pooled);
  }

  private String attention(String from) {
    int size = WIDTH / HEADS;
    TensorShape heads = TensorShape.of(HEADS, LENGTH, size);
    var parts = new String[3];
    for (int i = 0; i < parts.length; i++) {
      String projected = add(new Linear(WIDTH, WIDTH, true), Traits.NONE, from);
      parts[i] = add(new View(View.Kind.PERMUTE, heads), projected);
    }
    String attended =
        add(
            new Attention(HEADS, LENGTH, LENGTH, size, Attention.Backend.EFFICIENT, 0, false),
            parts);
    String turned = add(new View(View.Kind.PERMUTE, TensorShape.of(LENGTH, HEADS, size)), attended);
    String copied = add(new Contiguous(), turned);
    return add(new View(View.Kind.RESHAPE, TensorShape.of(LENGTH, WIDTH)), copied);
  }

  private static Convolution convolution(int channels, int kernel, int groups) {
    int padding = kernel - 1;
    return new Convolution(
        false,
        channels,
        CHANNELS,
        List.of(kernel, kernel),
        List.of(1, 1),
        List.of(padding, padding),
        List.of(1, 1),
        List.of(0, 0),
        groups,
        groups == 1,
        false,
        PaddingMode.CONSTANT);
  }

  private static Pool pool(boolean maximum) {
    return new Pool(maximum, List.of(3, 3), List.of(1, 1), List.of(1, 1), List.of(1, 1), false);
  }
}
