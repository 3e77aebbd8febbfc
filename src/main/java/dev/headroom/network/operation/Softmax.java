package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// Exponentials that add up to one along a dimension. Saves its result. Source: `derivatives.yaml`.
public record Softmax(int dim) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("softmax", Softmax.class)
              .integers("dim")
              .read(in -> new Softmax(in.integer("dim"))));

  @Override
  public String type() {
    return "softmax";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("dim", dim);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
