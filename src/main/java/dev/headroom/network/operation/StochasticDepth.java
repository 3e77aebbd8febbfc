package dev.headroom.network.operation;

import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Drops whole samples of a branch: a product with random numbers, which it saves. Evaluation
/// leaves it out. Source: `torchvision.ops.stochastic_depth`.
///
/// @param noiseShape the shape of the random numbers, the batch dimension left out
public record StochasticDepth(TensorShape noiseShape) implements Operation {

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}
