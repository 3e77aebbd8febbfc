package dev.headroom.network.operation;

import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Drops whole samples of a branch: a product with random numbers, which it saves. Evaluation
/// leaves it out. Source: `torchvision.ops.stochastic_depth`.
///
/// @param noiseShape the shape of the random numbers, the batch dimension left out
public record StochasticDepth(TensorShape noiseShape) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("stochastic_depth", StochasticDepth.class)
              .integers("noise_shape")
              .read(in -> new StochasticDepth(in.shape("noise_shape"))));

  @Override
  public String type() {
    return "stochastic_depth";
  }

  @Override
  public void write(AttributeWriter out) {
    out.shape("noise_shape", noiseShape);
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
