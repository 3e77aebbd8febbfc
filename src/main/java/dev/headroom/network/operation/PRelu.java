package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// A leaky ReLU whose slope is trained. Saves its input and its weight. Source: `torch.nn.PReLU`.
public record PRelu(int numParameters) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("prelu", PRelu.class)
              .integers("num_parameters")
              .read(in -> new PRelu(in.integer("num_parameters", 1))));

  public PRelu {
    Extents.atLeast("num_parameters", numParameters, 1);
  }

  @Override
  public String type() {
    return "prelu";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("num_parameters", numParameters);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }

  @Override
  public List<TensorShape> parameters() {
    return List.of(TensorShape.of(numParameters));
  }
}
