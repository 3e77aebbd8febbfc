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
