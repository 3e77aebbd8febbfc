package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A long short-term memory or gated recurrent unit over a sequence, inputs sequence × features.
///
/// A layer and direction has gates·hidden × in and gates·hidden × hidden weights and two biases of
/// gates·hidden. Saves inputs, outputs and cuDNN's reserve. Source: `torch.nn.LSTM`, cuDNN.
public record Recurrent(
    Kind kind, int inputSize, int hiddenSize, int numLayers, boolean bidirectional, boolean bias)
    implements Operation {

  static final List<OperationType> TYPES = Stream.of(Kind.values()).map(Recurrent::type).toList();

  public Recurrent {
    Extents.atLeast("input_size", inputSize, 1);
    Extents.atLeast("hidden_size", hiddenSize, 1);
    Extents.atLeast("num_layers", numLayers, 1);
    if (numLayers > 1024) {
      throw new IllegalArgumentException("num_layers > 1024: " + numLayers);
    }
  }

  public int directions() {
    return bidirectional ? 2 : 1;
  }

  private static OperationType type(Kind kind) {
    return OperationType.named(kind.wireName(), Recurrent.class)
        .integers("input_size", "hidden_size", "num_layers")
        .booleans("bidirectional", "bias")
        .read(
            in ->
                new Recurrent(
                    kind,
                    in.integer("input_size"),
                    in.integer("hidden_size"),
                    in.integer("num_layers", 1),
                    in.bool("bidirectional", false),
                    in.bool("bias", true)));
  }

  @Override
  public String type() {
    return kind.wireName();
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("input_size", inputSize);
    out.integer("hidden_size", hiddenSize);
    out.integer("num_layers", numLayers);
    out.bool("bidirectional", bidirectional);
    out.bool("bias", bias);
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape in = inputs.getFirst().shape();
    Extents.equal("input_size", inputSize, in.extent(-1));
    return inputs.getFirst().as(in.with(-1, (long) hiddenSize * directions()));
  }

  @Override
  public List<TensorShape> parameters() {
    long rows = Math.multiplyExact((long) kind.gates(), hiddenSize);
    var tensors = new ArrayList<TensorShape>();
    for (int layer = 0; layer < numLayers; layer++) {
      long in = layer == 0 ? inputSize : (long) hiddenSize * directions();
      for (int direction = 0; direction < directions(); direction++) {
        tensors.add(TensorShape.of(rows, in));
        tensors.add(TensorShape.of(rows, hiddenSize));
        if (bias) {
          tensors.add(TensorShape.of(rows));
          tensors.add(TensorShape.of(rows));
        }
      }
    }
    return List.copyOf(tensors);
  }

  /// The cell, by its name in layer configs.
  public enum Kind {
    LSTM(4),
    GRU(3);

    private final int gates;

    Kind(int gates) {
      this.gates = gates;
    }

    public int gates() {
      return gates;
    }

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
