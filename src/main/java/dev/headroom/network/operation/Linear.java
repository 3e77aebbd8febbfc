package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// A matrix product with the last dimension, plus a bias.
///
/// Weights are out × in. Saves its input and its weight. Source: `torch.nn.Linear`.
public record Linear(int inFeatures, int outFeatures, boolean bias) implements Operation {

  public Linear {
    Extents.atLeast("in_features", inFeatures, 1);
    Extents.atLeast("out_features", outFeatures, 1);
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape in = inputs.getFirst().shape();
    Extents.equal("in_features", inFeatures, in.extent(-1));
    return inputs.getFirst().as(in.with(-1, outFeatures));
  }

  @Override
  public List<TensorShape> parameters() {
    TensorShape weight = TensorShape.of(outFeatures, inFeatures);
    return bias ? List.of(weight, TensorShape.of(outFeatures)) : List.of(weight);
  }
}
