package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.Tensor;
import dev.headroom.memory.Category;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Activation;
import dev.headroom.network.operation.AdaptivePool;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.BatchNorm;
import dev.headroom.network.operation.Concat;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Dropout;
import dev.headroom.network.operation.Embedding;
import dev.headroom.network.operation.GroupNorm;
import dev.headroom.network.operation.InstanceNorm;
import dev.headroom.network.operation.LayerNorm;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.LocalResponseNorm;
import dev.headroom.network.operation.Matmul;
import dev.headroom.network.operation.Mean;
import dev.headroom.network.operation.MultiheadAttention;
import dev.headroom.network.operation.Opaque;
import dev.headroom.network.operation.PRelu;
import dev.headroom.network.operation.Pad;
import dev.headroom.network.operation.PixelShuffle;
import dev.headroom.network.operation.Pool;
import dev.headroom.network.operation.Recurrent;
import dev.headroom.network.operation.Roll;
import dev.headroom.network.operation.Softmax;
import dev.headroom.network.operation.StochasticDepth;
import dev.headroom.network.operation.To;
import dev.headroom.network.operation.Upsample;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// Dispatches each kind of layer to the rule that says what it allocates and saves.
public final class OperatorRules {

  private OperatorRules() {}

  /// Runs a layer forward.
  ///
  /// @param source for a copy, the layer whose result a view brings to it
  /// @return its result, held by the caller
  public static Tensor run(OperatorCall call, @Nullable Layer source) {
    return switch (call.layer.operation()) {
      case Convolution it -> ProductRules.convolution(call, it);
      case Linear it -> ProductRules.linear(call, it);
      case Matmul it -> ProductRules.matmul(call, it);
      case Embedding it -> ProductRules.embedding(call, it);
      case BatchNorm it -> NormRules.batchNorm(call, it);
      case InstanceNorm it -> NormRules.instanceNorm(call, it);
      case LayerNorm it -> NormRules.layerNorm(call, it);
      case GroupNorm it -> NormRules.groupNorm(call, it);
      case Activation it -> ActivationRules.activation(call, it);
      case PRelu it -> ActivationRules.prelu(call, it);
      case Softmax it -> ActivationRules.softmax(call, it);
      case Dropout it -> ActivationRules.dropout(call, it);
      case StochasticDepth it -> ActivationRules.stochasticDepth(call, it);
      case Pool it -> PoolRules.pool(call, it);
      case AdaptivePool it -> PoolRules.adaptive(call, it);
      case Mean it -> PoolRules.mean(call, it);
      case LocalResponseNorm it -> PoolRules.responseNorm(call, it);
      case Arithmetic it -> ArithmeticRules.arithmetic(call, it);
      case View it -> CopyRules.view(call, it, source);
      case Contiguous _ -> CopyRules.contiguous(call, source);
      case To _ -> call.pass.cast(call.input(0), call.format, Category.FEATURE_MAPS);
      case Concat it -> CopyRules.concat(call, it);
      case Pad it -> CopyRules.pad(call, it);
      case PixelShuffle _, Roll _ -> CopyRules.copy(call);
      case Upsample _ -> CopyRules.upsample(call);
      case Opaque it -> OpaqueRules.opaque(call, it);
      case Attention it -> AttentionRules.attention(call, it);
      case MultiheadAttention it -> AttentionRules.multihead(call, it);
      case Recurrent it -> AttentionRules.recurrent(call, it);
      case Leaf it -> leaf(call, it);
    };
  }

  private static Tensor leaf(OperatorCall call, Leaf leaf) {
    return switch (leaf.kind()) {
      case PARAMETER -> call.weight(0).retain();
      case BUFFER -> call.buffers().getFirst().retain();
      case CONSTANT -> {
        DType dtype = leaf.dtype().isFloating() ? call.precision : leaf.dtype();
        boolean lowered = dtype == DType.FLOAT32 && AttentionRules.makesMask(call.layer);
        yield call.pass.make(
            call.elements(), lowered ? call.autocast.format() : dtype, Category.OTHER);
      }
    };
  }
}
