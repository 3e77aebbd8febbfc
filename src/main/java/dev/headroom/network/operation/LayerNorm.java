package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Normalisation over the last dimensions, with the mean taken off or (root mean square) not.
///
/// Saves its input and, a row, mean and inverse deviation (the latter only for a root mean square).
/// Source: `torch.nn.LayerNorm`, `torch.nn.RMSNorm`.
public record LayerNorm(
    boolean rootMeanSquare, TensorShape normalizedShape, boolean affine, boolean bias)
    implements Operation {

  @Override
  public Value result(List<Value> inputs) {
    TensorShape in = inputs.getFirst().shape();
    for (int i = 1; i <= normalizedShape.rank(); i++) {
      Extents.equal("normalized_shape", normalizedShape.extent(-i), in.extent(-i));
    }
    return inputs.getFirst();
  }

  @Override
  public List<TensorShape> parameters() {
    if (!affine) {
      return List.of();
    }
    return bias && !rootMeanSquare
        ? List.of(normalizedShape, normalizedShape)
        : List.of(normalizedShape);
  }
}
