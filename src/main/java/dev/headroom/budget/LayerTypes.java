package dev.headroom.budget;

import dev.headroom.network.Activation;
import dev.headroom.network.AdaptivePool;
import dev.headroom.network.Arithmetic;
import dev.headroom.network.Attention;
import dev.headroom.network.BatchNorm;
import dev.headroom.network.Concat;
import dev.headroom.network.Contiguous;
import dev.headroom.network.Convolution;
import dev.headroom.network.Dropout;
import dev.headroom.network.Embedding;
import dev.headroom.network.GroupNorm;
import dev.headroom.network.InstanceNorm;
import dev.headroom.network.LayerNorm;
import dev.headroom.network.Leaf;
import dev.headroom.network.Linear;
import dev.headroom.network.LocalResponseNorm;
import dev.headroom.network.Matmul;
import dev.headroom.network.Mean;
import dev.headroom.network.MultiheadAttention;
import dev.headroom.network.Opaque;
import dev.headroom.network.Operation;
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

/// The names of layer types, as a budget says them to people.
final class LayerTypes {

  private LayerTypes() {}

  static String of(Operation operation) {
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
