package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// Shifts elements around. A copy; saves nothing.
public record Roll() implements Operation {

  static final List<OperationType> TYPES =
      List.of(OperationType.named("roll", Roll.class).read(_ -> new Roll()));

  @Override
  public String type() {
    return "roll";
  }

  @Override
  public void write(AttributeWriter out) {}

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
