package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// A whole attention module: projections in, attention, projection out.
///
/// Weights are 3·embed × embed and embed × embed. Source: `torch.nn.MultiheadAttention`.
public record MultiheadAttention(int embedDim, int numHeads, boolean bias) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("multihead_attention", MultiheadAttention.class)
              .integers("embed_dim", "num_heads")
              .booleans("bias")
              .read(
                  in ->
                      new MultiheadAttention(
                          in.integer("embed_dim"),
                          in.integer("num_heads"),
                          in.bool("bias", true))));

  public MultiheadAttention {
    Extents.atLeast("embed_dim", embedDim, 1);
    Extents.atLeast("num_heads", numHeads, 1);
    if (embedDim % numHeads != 0) {
      throw new IllegalArgumentException(
          "num_heads " + numHeads + " does not divide embed_dim " + embedDim);
    }
  }

  @Override
  public String type() {
    return "multihead_attention";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("embed_dim", embedDim);
    out.integer("num_heads", numHeads);
    out.bool("bias", bias);
  }

  @Override
  public int maxInputs() {
    return 3;
  }

  @Override
  public Value result(List<Value> inputs) {
    Extents.equal("embed_dim", embedDim, inputs.getFirst().shape().extent(-1));
    return inputs.getFirst();
  }

  @Override
  public List<TensorShape> parameters() {
    TensorShape in = TensorShape.of(Math.multiplyExact(3L, embedDim), embedDim);
    TensorShape out = TensorShape.of(embedDim, embedDim);
    return bias
        ? List.of(in, TensorShape.of(3L * embedDim), out, TensorShape.of(embedDim))
        : List.of(in, out);
  }
}
