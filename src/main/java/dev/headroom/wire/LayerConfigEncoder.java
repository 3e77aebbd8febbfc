package dev.headroom.wire;

import dev.headroom.network.Framework;
import dev.headroom.network.Gradients;
import dev.headroom.network.Input;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Optimizer;
import dev.headroom.network.Parallelism;
import dev.headroom.network.Precision;
import dev.headroom.network.TrainingSetup;
import dev.headroom.network.Undescribed;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Encodes `headroom.layer-configs`, every default written out; the record's key is the job.
public final class LayerConfigEncoder {

  /// Half a SHA-256: no two configs of a cluster meet by chance.
  private static final int CONTENT_BYTES = 16;

  private LayerConfigEncoder() {}

  public static byte[] encode(LayerConfig config) {
    return encode(config, config.run());
  }

  /// Tells two configurations apart, run and job included, however they were written.
  static String content(LayerConfig config) {
    return hash(encode(config));
  }

  /// The run of a configuration that names none.
  static String contentWithoutRun(LayerConfig config) {
    return hash(encode(config, null));
  }

  private static String hash(byte[] json) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(json);
      return HexFormat.of().formatHex(digest, 0, CONTENT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] encode(LayerConfig config, @Nullable String run) {
    return MessageWriter.write(
        out -> {
          out.text("schema", LayerConfigDecoder.SCHEMA);
          out.text("job", config.job());
          out.text("run", run);
          out.text("model", orNull(config.model()));
          Framework framework = config.framework();
          if (!framework.equals(Framework.UNKNOWN)) {
            out.object(
                "framework",
                inner -> {
                  inner.text("name", orNull(framework.name()));
                  inner.text("version", orNull(framework.version()));
                  inner.text("cuda", orNull(framework.cuda()));
                });
          }
          setup(config.setup(), out);
          switch (config.description()) {
            case Network network -> network(network, out);
            case Undescribed undescribed -> {
              out.startArray("inputs");
              out.endArray();
              out.text("unsupported", undescribed.reason());
            }
          }
        });
  }

  private static void setup(TrainingSetup setup, MessageWriter out) throws IOException {
    out.text("mode", setup.mode().wireName());
    out.number("batch_size", setup.batchSize());
    Precision precision = setup.precision();
    out.object(
        "precision",
        inner -> {
          inner.text("parameters", precision.parameters().wireName());
          if (precision.isAutocast()) {
            inner.text("autocast", precision.autocast().wireName());
          }
        });
    Optimizer optimizer = setup.optimizer();
    out.object(
        "optimizer",
        inner -> {
          inner.text("type", optimizer.kind().wireName());
          inner.real("momentum", optimizer.momentum());
          if (optimizer.weightDecay() > 0) {
            inner.real("weight_decay", optimizer.weightDecay());
          }
          inner.truth("nesterov", optimizer.nesterov());
          inner.truth("amsgrad", optimizer.amsgrad());
          inner.truth("centered", optimizer.centered());
          inner.text("implementation", optimizer.implementation().wireName());
        });
    Gradients gradients = setup.gradients();
    out.object(
        "gradients",
        inner -> {
          inner.truth("set_to_none", gradients.setToNone());
          inner.number("accumulation_steps", gradients.accumulationSteps());
        });
    Parallelism parallelism = setup.parallelism();
    out.object(
        "parallelism",
        inner -> {
          inner.text("strategy", parallelism.strategy().wireName());
          inner.number("world_size", parallelism.worldSize());
          inner.truth("gradient_as_bucket_view", parallelism.gradientAsBucketView());
          inner.texts("wrapped", parallelism.wrapped());
          if (!parallelism.reshardAfterForward()) {
            inner.truth("reshard_after_forward", false);
          }
        });
    out.texts("checkpointing", setup.checkpointing());
    if (setup.expandableSegments()) {
      out.object("allocator", inner -> inner.truth("expandable_segments", true));
    }
  }

  private static void network(Network network, MessageWriter out) throws IOException {
    out.startArray("inputs");
    for (Input input : network.inputs()) {
      out.element(
          inner -> {
            inner.text("name", input.name());
            inner.shape("shape", input.shape());
            inner.text("dtype", input.dtype().wireName());
            if (!input.dynamic().isEmpty()) {
              inner.namesOrNull("dynamic", input.dynamic());
            }
          });
    }
    out.endArray();
    out.text("lifetimes", network.lifetimes().wireName());
    out.startArray("layers");
    for (Layer layer : network.layers()) {
      out.element(inner -> layer(layer, inner));
    }
    out.endArray();
    out.names("outputs", network.outputs());
    out.object(
        "loss",
        inner -> {
          inner.text("type", network.loss().kind().wireName());
          inner.names("inputs", network.loss().inputs());
        });
  }

  private static void layer(Layer layer, MessageWriter out) throws IOException {
    out.text("name", layer.name());
    out.names("inputs", layer.inputs());
    OperationFields.write(layer.operation(), out);
    Layer.Traits traits = layer.traits();
    out.text("shares", orNull(traits.shares()));
    out.text("weight", orNull(traits.weight()));
    out.text("bias_from", orNull(traits.biasFrom()));
    out.text("held_until", orNull(traits.heldUntil()));
    out.text("call", orNull(traits.call()));
    if (!traits.trainable()) {
      out.truth("trainable", false);
    }
    if (traits.trainingOnly()) {
      out.truth("training_only", true);
    }
    if (!traits.autocast()) {
      out.truth("autocast", false);
    }
    if (traits.heldInEvaluation()) {
      out.truth("held_in_evaluation", true);
    }
    switch (traits.batched()) {
      case DEFAULT -> {}
      case BATCHED -> out.truth("batched", true);
      case FIXED -> out.truth("batched", false);
    }
    if (traits.dtype() != null) {
      out.text("dtype", traits.dtype().wireName());
    }
    if (traits.placed() >= 0) {
      out.number("placed", traits.placed());
    }
    if (traits.stepped() >= 0) {
      out.number("stepped", traits.stepped());
    }
    DynamicFields.write(traits.dynamic(), out);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
