package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// Exponentials that add up to one along a dimension. Saves its result. Source: `derivatives.yaml`.
public record Softmax(int dim) implements Operation {

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
