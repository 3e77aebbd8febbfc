package dev.headroom.budget;

import dev.headroom.network.Activation;
import dev.headroom.network.AdaptivePool;
import dev.headroom.network.Arithmetic;
import dev.headroom.network.Attention;
import dev.headroom.network.BatchNorm;
import dev.headroom.network.Concat;
import dev.headroom.network.Contiguous;
import dev.headroom.network.Convolution;
import dev.headroom.network.DType;
import dev.headroom.network.Dropout;
import dev.headroom.network.Embedding;
import dev.headroom.network.GroupNorm;
import dev.headroom.network.InstanceNorm;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerNorm;
import dev.headroom.network.Leaf;
import dev.headroom.network.Linear;
import dev.headroom.network.LocalResponseNorm;
import dev.headroom.network.Matmul;
import dev.headroom.network.Mean;
import dev.headroom.network.MultiheadAttention;
import dev.headroom.network.Opaque;
import dev.headroom.network.PRelu;
import dev.headroom.network.Pad;
import dev.headroom.network.PixelShuffle;
import dev.headroom.network.Pool;
import dev.headroom.network.Recurrent;
import dev.headroom.network.Roll;
import dev.headroom.network.Softmax;
import dev.headroom.network.StochasticDepth;
import dev.headroom.network.To;
import dev.headroom.network.Upsample;
import dev.headroom.network.View;
import org.jspecify.annotations.Nullable;

/// Where the rule of each kind of layer stands.
final class Rules {

  private Rules() {}

  /// Runs a layer forward.
  ///
  /// @param source for a copy, the layer whose result a view brings to it
  /// @return its result, held by the caller
  static Tensor run(Call call, @Nullable Layer source) {
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
      case Pad _, PixelShuffle _, Roll _ -> CopyRules.copy(call);
      case Upsample _ -> CopyRules.upsample(call);
      case Opaque it -> OpaqueRules.opaque(call, it);
      case Attention it -> AttentionRules.attention(call, it);
      case MultiheadAttention it -> AttentionRules.multihead(call, it);
      case Recurrent it -> AttentionRules.recurrent(call, it);
      case Leaf it -> leaf(call, it);
    };
  }

  private static Tensor leaf(Call call, Leaf leaf) {
    return switch (leaf.kind()) {
      case PARAMETER -> call.weight(0).hold();
      case BUFFER -> call.buffers().getFirst().hold();
      case CONSTANT -> {
        DType dtype = leaf.dtype().isFloating() ? call.precision : leaf.dtype();
        yield call.pass.make(call.elements(), dtype, Category.OTHER);
      }
    };
  }
}
