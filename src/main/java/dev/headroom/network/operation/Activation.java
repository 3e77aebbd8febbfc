package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A function of each element.
///
/// What its derivative needs decides what is saved: the result (relu, sigmoid, tanh, and in place
/// leaky_relu and elu) or the input (the others; in place a clone of it). Source:
/// `derivatives.yaml`.
public record Activation(Kind kind, boolean inplace) implements Operation {

  static final List<OperationType> TYPES =
      Stream.of(Kind.values())
          .map(
              kind ->
                  OperationType.named(kind.wireName(), Activation.class)
                      .booleans("inplace")
                      .read(in -> new Activation(kind, in.bool("inplace", false))))
          .toList();

  @Override
  public String type() {
    return kind.wireName();
  }

  @Override
  public void write(AttributeWriter out) {
    out.bool("inplace", inplace);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }

  /// The function, by its name in layer configs.
  public enum Kind {
    RELU,
    RELU6,
    HARDTANH,
    LEAKY_RELU,
    ELU,
    SILU,
    GELU,
    MISH,
    HARDSWISH,
    HARDSIGMOID,
    SIGMOID,
    TANH,
    SOFTPLUS;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Whether the derivative is computed from the result; in place two more are.
    public boolean savesResult(boolean inplace) {
      return switch (this) {
        case RELU, SIGMOID, TANH -> true;
        case LEAKY_RELU, ELU -> inplace;
        case RELU6, HARDTANH, SILU, GELU, MISH, HARDSWISH, HARDSIGMOID, SOFTPLUS -> false;
      };
    }
  }
}
