package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// Zeroes elements at random. Saves a mask of one byte an element; in place the noise, in the
/// input's own format. Evaluation leaves it out.
public record Dropout(double p, boolean inplace) implements Operation {

  public Dropout {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("p outside 0 to 1: " + p);
    }
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
