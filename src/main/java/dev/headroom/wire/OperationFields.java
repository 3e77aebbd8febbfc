package dev.headroom.wire;

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
import java.io.IOException;

/// Writes an operation as a layer's type and attributes, as [Operations] reads them.
final class OperationFields {

  private OperationFields() {}

  static void write(Operation operation, MessageWriter out) throws IOException {
    switch (operation) {
      case Convolution of -> convolution(of, out);
      case Linear of -> {
        out.text("type", "linear");
        out.number("in_features", of.inFeatures());
        out.number("out_features", of.outFeatures());
        out.truth("bias", of.bias());
      }
      case BatchNorm of -> {
        out.text("type", "batch_norm2d");
        norm(of.numFeatures(), of.affine(), of.trackRunningStats(), out);
      }
      case InstanceNorm of -> {
        out.text("type", "instance_norm");
        norm(of.numFeatures(), of.affine(), of.trackRunningStats(), out);
      }
      case LayerNorm of -> {
        out.text("type", of.rootMeanSquare() ? "rms_norm" : "layer_norm");
        out.shape("normalized_shape", of.normalizedShape());
        out.truth("elementwise_affine", of.affine());
        out.truth("bias", of.bias());
      }
      case GroupNorm of -> {
        out.text("type", "group_norm");
        out.number("num_groups", of.numGroups());
        out.number("num_channels", of.numChannels());
        out.truth("affine", of.affine());
      }
      case LocalResponseNorm of -> {
        out.text("type", "local_response_norm");
        out.number("size", of.size());
      }
      case Activation of -> {
        out.text("type", of.kind().wireName());
        out.truth("inplace", of.inplace());
      }
      case PRelu of -> {
        out.text("type", "prelu");
        out.number("num_parameters", of.numParameters());
      }
      case Softmax of -> {
        out.text("type", "softmax");
        out.number("dim", of.dim());
      }
      case Pool of -> {
        out.text("type", of.maximum() ? "max_pool" : "avg_pool");
        out.wholes("kernel_size", of.kernelSize());
        out.wholes("stride", of.stride());
        out.wholes("padding", of.padding());
        out.wholes("dilation", of.dilation());
        out.truth("ceil_mode", of.ceilMode());
      }
      case AdaptivePool of -> {
        out.text("type", of.maximum() ? "adaptive_max_pool" : "adaptive_avg_pool");
        out.wholes("output_size", of.outputSize());
      }
      case Mean of -> {
        out.text("type", "mean");
        out.wholes("dim", of.dim());
        out.truth("keepdim", of.keepdim());
      }
      case Dropout of -> {
        out.text("type", "dropout");
        out.real("p", of.p());
        out.truth("inplace", of.inplace());
      }
      case StochasticDepth of -> {
        out.text("type", "stochastic_depth");
        out.shape("noise_shape", of.noiseShape());
      }
      case Arithmetic of -> {
        out.text("type", of.kind().wireName());
        out.truth("inplace", of.inplace());
      }
      case Concat of -> {
        out.text("type", "concat");
        out.number("dim", of.dim());
        if (of.outputShape().rank() > 0) {
          out.shape("output_shape", of.outputShape());
        }
      }
      case Matmul _ -> out.text("type", "matmul");
      case Attention of -> attention(of, out);
      case MultiheadAttention of -> {
        out.text("type", "multihead_attention");
        out.number("embed_dim", of.embedDim());
        out.number("num_heads", of.numHeads());
        out.truth("bias", of.bias());
      }
      case Recurrent of -> {
        out.text("type", of.kind().wireName());
        out.number("input_size", of.inputSize());
        out.number("hidden_size", of.hiddenSize());
        out.number("num_layers", of.numLayers());
        out.truth("bidirectional", of.bidirectional());
        out.truth("bias", of.bias());
      }
      case Embedding of -> {
        out.text("type", "embedding");
        out.number("num_embeddings", of.numEmbeddings());
        out.number("embedding_dim", of.embeddingDim());
      }
      case Upsample of -> {
        out.text("type", "upsample");
        out.reals("scale_factor", of.scaleFactor());
        if (!of.size().isEmpty()) {
          out.wholes("size", of.size());
        }
      }
      case PixelShuffle of -> {
        out.text("type", "pixel_shuffle");
        out.number("upscale_factor", of.upscaleFactor());
      }
      case Pad of -> {
        out.text("type", "pad");
        out.wholes("padding", of.padding());
      }
      case Roll _ -> out.text("type", "roll");
      case To of -> {
        out.text("type", "to");
        out.text("dtype_of", of.dtypeOf().isEmpty() ? null : of.dtypeOf());
      }
      case View of -> {
        out.text("type", of.kind().wireName());
        out.shape("shape", of.shape());
      }
      case Contiguous _ -> out.text("type", "contiguous");
      case Leaf of -> {
        out.text("type", of.kind().wireName());
        out.shape("shape", of.shape());
      }
      case Opaque of -> opaque(of, out);
    }
  }

  private static void norm(int features, boolean affine, boolean running, MessageWriter out)
      throws IOException {
    out.number("num_features", features);
    out.truth("affine", affine);
    out.truth("track_running_stats", running);
  }

  private static void convolution(Convolution of, MessageWriter out) throws IOException {
    out.text("type", (of.transposed() ? "conv_transpose" : "conv") + of.dimensions() + "d");
    out.number("in_channels", of.inChannels());
    out.number("out_channels", of.outChannels());
    out.wholes("kernel_size", of.kernelSize());
    out.wholes("stride", of.stride());
    out.pairs("padding", of.padding(), of.asymmetric());
    out.wholes("dilation", of.dilation());
    if (of.transposed()) {
      out.wholes("output_padding", of.outputPadding());
    }
    out.number("groups", of.groups());
    out.truth("bias", of.bias());
  }

  private static void attention(Attention of, MessageWriter out) throws IOException {
    out.text("type", "scaled_dot_product_attention");
    out.number("num_heads", of.numHeads());
    out.number("query_length", of.queryLength());
    out.number("key_length", of.keyLength());
    out.number("head_dim", of.headDim());
    out.text("backend", of.backend().wireName());
    out.real("dropout_p", of.dropoutP());
    out.truth("is_causal", of.causal());
  }

  private static void opaque(Opaque of, MessageWriter out) throws IOException {
    out.text("type", "opaque");
    out.text("operator", of.operator());
    out.shape("output_shape", of.outputShape());
    out.number("parameters", of.parameterCount());
    out.wholes("saves_inputs", of.savesInputs());
    out.truth("saves_output", of.savesOutput());
    out.number("saved_bytes_per_sample", of.savedBytesPerSample());
    out.number("saved_bytes", of.savedBytes());
  }
}
