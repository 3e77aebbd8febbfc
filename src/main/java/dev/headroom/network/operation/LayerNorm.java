package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.stream.Stream;

/// Normalisation over the last dimensions, with the mean taken off or (root mean square) not.
///
/// Saves its input and, a row, mean and inverse deviation (the latter only for a root mean square).
/// Source: `torch.nn.LayerNorm`, `torch.nn.RMSNorm`.
public record LayerNorm(
    boolean rootMeanSquare, TensorShape normalizedShape, boolean affine, boolean bias)
    implements Operation {

  static final List<OperationType> TYPES = Stream.of(false, true).map(LayerNorm::type).toList();

  private static OperationType type(boolean rootMeanSquare) {
    return OperationType.named(name(rootMeanSquare), LayerNorm.class)
        .integers("normalized_shape")
        .booleans("elementwise_affine", "bias")
        .read(
            in ->
                new LayerNorm(
                    rootMeanSquare,
                    in.shape("normalized_shape"),
                    in.bool("elementwise_affine", true),
                    in.bool("bias", true)));
  }

  private static String name(boolean rootMeanSquare) {
    return rootMeanSquare ? "rms_norm" : "layer_norm";
  }

  @Override
  public String type() {
    return name(rootMeanSquare);
  }

  @Override
  public void write(AttributeWriter out) {
    out.shape("normalized_shape", normalizedShape);
    out.bool("elementwise_affine", affine);
    out.bool("bias", bias);
  }

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
