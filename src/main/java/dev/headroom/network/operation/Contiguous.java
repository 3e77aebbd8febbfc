package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// A copy in the order of the dimensions. Saves nothing.
public record Contiguous() implements Operation {

  static final List<OperationType> TYPES =
      List.of(OperationType.named("contiguous", Contiguous.class).read(_ -> new Contiguous()));

  @Override
  public String type() {
    return "contiguous";
  }

  @Override
  public void write(AttributeWriter out) {}

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
