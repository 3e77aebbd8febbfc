package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// A matrix product with the last dimension, plus a bias.
///
/// Weights are out × in. Saves its input and its weight. Source: `torch.nn.Linear`.
public record Linear(int inFeatures, int outFeatures, boolean bias) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("linear", Linear.class)
              .integers("in_features", "out_features")
              .booleans("bias")
              .read(
                  in ->
                      new Linear(
                          in.integer("in_features"),
                          in.integer("out_features"),
                          in.bool("bias", true))));

  public Linear {
    Extents.atLeast("in_features", inFeatures, 1);
    Extents.atLeast("out_features", outFeatures, 1);
  }

  @Override
  public String type() {
    return "linear";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("in_features", inFeatures);
    out.integer("out_features", outFeatures);
    out.bool("bias", bias);
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
