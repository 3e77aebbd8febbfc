package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// The matrix product of the last two dimensions. Saves both inputs, each if the other needs a
/// gradient.
public record Matmul() implements Operation {

  static final List<OperationType> TYPES =
      List.of(OperationType.named("matmul", Matmul.class).read(_ -> new Matmul()));

  @Override
  public String type() {
    return "matmul";
  }

  @Override
  public void write(AttributeWriter out) {}

  @Override
  public int minInputs() {
    return 2;
  }

  @Override
  public int maxInputs() {
    return 2;
  }

  @Override
  public Value result(List<Value> inputs) {
    Value a = inputs.get(0);
    Value b = inputs.get(1);
    Extents.equal("the product's inner extent", a.shape().extent(-1), b.shape().extent(-2));
    Value larger = !a.batched() && b.batched() ? b : a;
    if (a.shape().rank() < 2) {
      throw new IllegalArgumentException("input " + a.shape() + " is no matrix");
    }
    Value lead = a.shape().rank() >= b.shape().rank() ? a : b;
    TensorShape shape = lead.shape().with(-2, a.shape().extent(-2)).with(-1, b.shape().extent(-1));
    return lead.as(shape).growing(larger.batched() || b.batched());
  }
}
