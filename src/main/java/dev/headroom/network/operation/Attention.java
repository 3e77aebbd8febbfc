package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Locale;

/// Scaled dot-product attention over heads: softmax(q·kᵀ)·v in one operator.
///
/// Saves q, k, v, its result, and what its backend needs to recompute the attention matrix; the
/// `math` backend saves the matrix itself. Source: `aten/src/ATen/native/transformers`.
public record Attention(
    int numHeads,
    int queryLength,
    int keyLength,
    int headDim,
    Backend backend,
    double dropoutP,
    boolean causal)
    implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("scaled_dot_product_attention", Attention.class)
              .integers("num_heads", "query_length", "key_length", "head_dim")
              .strings("backend")
              .numbers("dropout_p")
              .booleans("is_causal")
              .read(
                  in ->
                      new Attention(
                          in.integer("num_heads"),
                          in.integer("query_length"),
                          in.integer("key_length"),
                          in.integer("head_dim"),
                          in.oneOf("backend", Backend.values(), Backend::wireName),
                          in.number("dropout_p", 0),
                          in.bool("is_causal", false))));

  public Attention {
    Extents.atLeast("num_heads", numHeads, 1);
    Extents.atLeast("query_length", queryLength, 1);
    Extents.atLeast("key_length", keyLength, 1);
    Extents.atLeast("head_dim", headDim, 1);
    if (!(dropoutP >= 0 && dropoutP <= 1)) {
      throw new IllegalArgumentException("dropout_p outside 0 to 1: " + dropoutP);
    }
  }

  @Override
  public String type() {
    return "scaled_dot_product_attention";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("num_heads", numHeads);
    out.integer("query_length", queryLength);
    out.integer("key_length", keyLength);
    out.integer("head_dim", headDim);
    out.string("backend", backend.wireName());
    out.number("dropout_p", dropoutP);
    out.bool("is_causal", causal);
  }

  @Override
  public int minInputs() {
    return 3;
  }

  @Override
  public int maxInputs() {
    return 4;
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape q = inputs.get(0).shape();
    TensorShape v = inputs.get(2).shape();
    return inputs.getFirst().as(q.with(-1, v.extent(-1)));
  }

  /// The kernel that runs.
  public enum Backend {
    EFFICIENT,
    FLASH,
    CUDNN,
    MATH;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
