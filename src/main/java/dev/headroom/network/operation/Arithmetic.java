package dev.headroom.network.operation;

import dev.headroom.network.tensor.Broadcast;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A sum, difference, product or quotient of two values, or of one and a number.
///
/// Sums and differences save nothing; a product saves the operand whose partner needs a gradient; a
/// quotient the divisor, and the dividend if the divisor needs a gradient.
public record Arithmetic(Kind kind, boolean inplace) implements Operation {

  static final List<OperationType> TYPES =
      Stream.of(Kind.values())
          .map(
              kind ->
                  OperationType.named(kind.wireName(), Arithmetic.class)
                      .booleans("inplace")
                      .read(in -> new Arithmetic(kind, in.bool("inplace", false))))
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
  public int maxInputs() {
    return 2;
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.size() == 1 ? inputs.getFirst() : Broadcast.of(inputs.get(0), inputs.get(1));
  }

  /// The function, by its name in layer configs.
  public enum Kind {
    ADD,
    SUB,
    MUL,
    DIV;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
