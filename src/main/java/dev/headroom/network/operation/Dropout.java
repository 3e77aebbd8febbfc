package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// Zeroes elements at random. Saves a mask of one byte an element; in place the noise, in the
/// input's own format. Evaluation leaves it out.
public record Dropout(double p, boolean inplace) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("dropout", Dropout.class)
              .numbers("p")
              .booleans("inplace")
              .read(in -> new Dropout(in.number("p", 0.5), in.bool("inplace", false))));

  public Dropout {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("p outside 0 to 1: " + p);
    }
  }

  @Override
  public String type() {
    return "dropout";
  }

  @Override
  public void write(AttributeWriter out) {
    out.number("p", p);
    out.bool("inplace", inplace);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
