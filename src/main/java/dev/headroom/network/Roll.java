package dev.headroom.network;

import java.util.List;

/// Shifts elements around. A copy; saves nothing.
public record Roll() implements Operation {

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
