package dev.headroom.wire.layerconfig;

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
import dev.headroom.wire.json.MessageWriter;
import java.io.IOException;

/// Writes an operation as a layer's type and attributes, as [OperationDecoder] reads them.
final class OperationEncoder {

  private OperationEncoder() {}

  static void write(Operation operation, MessageWriter out) throws IOException {
    switch (operation) {
      case Convolution of -> convolution(of, out);
      case Linear of -> {
        out.string("type", "linear");
        out.integer("in_features", of.inFeatures());
        out.integer("out_features", of.outFeatures());
        out.bool("bias", of.bias());
      }
      case BatchNorm of -> {
        out.string("type", "batch_norm2d");
        norm(of.numFeatures(), of.affine(), of.trackRunningStats(), out);
      }
      case InstanceNorm of -> {
        out.string("type", "instance_norm");
        norm(of.numFeatures(), of.affine(), of.trackRunningStats(), out);
      }
      case LayerNorm of -> {
        out.string("type", of.rootMeanSquare() ? "rms_norm" : "layer_norm");
        out.shape("normalized_shape", of.normalizedShape());
        out.bool("elementwise_affine", of.affine());
        out.bool("bias", of.bias());
      }
      case GroupNorm of -> {
        out.string("type", "group_norm");
        out.integer("num_groups", of.numGroups());
        out.integer("num_channels", of.numChannels());
        out.bool("affine", of.affine());
      }
      case LocalResponseNorm of -> {
        out.string("type", "local_response_norm");
        out.integer("size", of.size());
      }
      case Activation of -> {
        out.string("type", of.kind().wireName());
        out.bool("inplace", of.inplace());
      }
      case PRelu of -> {
        out.string("type", "prelu");
        out.integer("num_parameters", of.numParameters());
      }
      case Softmax of -> {
        out.string("type", "softmax");
        out.integer("dim", of.dim());
      }
      case Pool of -> {
        out.string("type", of.maximum() ? "max_pool" : "avg_pool");
        out.integers("kernel_size", of.kernelSize());
        out.integers("stride", of.stride());
        out.integers("padding", of.padding());
        out.integers("dilation", of.dilation());
        out.bool("ceil_mode", of.ceilMode());
      }
      case AdaptivePool of -> {
        out.string("type", of.maximum() ? "adaptive_max_pool" : "adaptive_avg_pool");
        out.integers("output_size", of.outputSize());
      }
      case Mean of -> {
        out.string("type", "mean");
        out.integers("dim", of.dim());
        out.bool("keepdim", of.keepdim());
      }
      case Dropout of -> {
        out.string("type", "dropout");
        out.number("p", of.p());
        out.bool("inplace", of.inplace());
      }
      case StochasticDepth of -> {
        out.string("type", "stochastic_depth");
        out.shape("noise_shape", of.noiseShape());
      }
      case Arithmetic of -> {
        out.string("type", of.kind().wireName());
        out.bool("inplace", of.inplace());
      }
      case Concat of -> {
        out.string("type", "concat");
        out.integer("dim", of.dim());
        if (of.outputShape().rank() > 0) {
          out.shape("output_shape", of.outputShape());
        }
      }
      case Matmul _ -> out.string("type", "matmul");
      case Attention of -> attention(of, out);
      case MultiheadAttention of -> {
        out.string("type", "multihead_attention");
        out.integer("embed_dim", of.embedDim());
        out.integer("num_heads", of.numHeads());
        out.bool("bias", of.bias());
      }
      case Recurrent of -> {
        out.string("type", of.kind().wireName());
        out.integer("input_size", of.inputSize());
        out.integer("hidden_size", of.hiddenSize());
        out.integer("num_layers", of.numLayers());
        out.bool("bidirectional", of.bidirectional());
        out.bool("bias", of.bias());
      }
      case Embedding of -> {
        out.string("type", "embedding");
        out.integer("num_embeddings", of.numEmbeddings());
        out.integer("embedding_dim", of.embeddingDim());
      }
      case Upsample of -> {
        out.string("type", "upsample");
        out.numbers("scale_factor", of.scaleFactor());
        if (!of.size().isEmpty()) {
          out.integers("size", of.size());
        }
      }
      case PixelShuffle of -> {
        out.string("type", "pixel_shuffle");
        out.integer("upscale_factor", of.upscaleFactor());
      }
      case Pad of -> {
        out.string("type", "pad");
        out.integers("padding", of.padding());
      }
      case Roll _ -> out.string("type", "roll");
      case To of -> {
        out.string("type", "to");
        out.string("dtype_of", of.dtypeOf().isEmpty() ? null : of.dtypeOf());
      }
      case View of -> {
        out.string("type", of.kind().wireName());
        out.shape("shape", of.shape());
      }
      case Contiguous _ -> out.string("type", "contiguous");
      case Leaf of -> {
        out.string("type", of.kind().wireName());
        out.shape("shape", of.shape());
      }
      case Opaque of -> opaque(of, out);
    }
  }

  private static void norm(int features, boolean affine, boolean running, MessageWriter out)
      throws IOException {
    out.integer("num_features", features);
    out.bool("affine", affine);
    out.bool("track_running_stats", running);
  }

  private static void convolution(Convolution of, MessageWriter out) throws IOException {
    out.string("type", (of.transposed() ? "conv_transpose" : "conv") + of.dimensions() + "d");
    out.integer("in_channels", of.inChannels());
    out.integer("out_channels", of.outChannels());
    out.integers("kernel_size", of.kernelSize());
    out.integers("stride", of.stride());
    out.pairs("padding", of.padding(), of.asymmetric());
    out.integers("dilation", of.dilation());
    if (of.transposed()) {
      out.integers("output_padding", of.outputPadding());
    }
    out.integer("groups", of.groups());
    out.bool("bias", of.bias());
  }

  private static void attention(Attention of, MessageWriter out) throws IOException {
    out.string("type", "scaled_dot_product_attention");
    out.integer("num_heads", of.numHeads());
    out.integer("query_length", of.queryLength());
    out.integer("key_length", of.keyLength());
    out.integer("head_dim", of.headDim());
    out.string("backend", of.backend().wireName());
    out.number("dropout_p", of.dropoutP());
    out.bool("is_causal", of.causal());
  }

  private static void opaque(Opaque of, MessageWriter out) throws IOException {
    out.string("type", "opaque");
    out.string("operator", of.operator());
    out.shape("output_shape", of.outputShape());
    out.integer("parameters", of.parameterCount());
    out.integers("saves_inputs", of.savesInputs());
    out.bool("saves_output", of.savesOutput());
    out.integer("saved_bytes_per_sample", of.savedBytesPerSample());
    out.integer("saved_bytes", of.savedBytes());
  }
}
