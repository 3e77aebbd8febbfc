package dev.headroom.budget.reference;

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
import dev.headroom.network.operation.Operation;
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

/// The names of layer types, as a budget says them to people.
public final class LayerTypes {

  private LayerTypes() {}

  public static String of(Operation operation) {
    return switch (operation) {
      case Activation it -> it.kind().wireName();
      case AdaptivePool it -> it.maximum() ? "adaptive_max_pool" : "adaptive_avg_pool";
      case Arithmetic it -> it.kind().wireName();
      case Attention _ -> "scaled_dot_product_attention";
      case BatchNorm _ -> "batch_norm2d";
      case Concat _ -> "concat";
      case Contiguous _ -> "contiguous";
      case Convolution it -> (it.transposed() ? "conv_transpose" : "conv") + it.dimensions() + "d";
      case Dropout _ -> "dropout";
      case Embedding _ -> "embedding";
      case GroupNorm _ -> "group_norm";
      case InstanceNorm _ -> "instance_norm";
      case LayerNorm it -> it.rootMeanSquare() ? "rms_norm" : "layer_norm";
      case Leaf it -> it.kind().wireName();
      case Linear _ -> "linear";
      case LocalResponseNorm _ -> "local_response_norm";
      case Matmul _ -> "matmul";
      case Mean _ -> "mean";
      case MultiheadAttention _ -> "multihead_attention";
      case Opaque _ -> "opaque";
      case PRelu _ -> "prelu";
      case Pad _ -> "pad";
      case PixelShuffle _ -> "pixel_shuffle";
      case Pool it -> it.maximum() ? "max_pool" : "avg_pool";
      case Recurrent it -> it.kind().wireName();
      case Roll _ -> "roll";
      case Softmax _ -> "softmax";
      case StochasticDepth _ -> "stochastic_depth";
      case To _ -> "to";
      case Upsample _ -> "upsample";
      case View it -> it.kind().wireName();
    };
  }
}
