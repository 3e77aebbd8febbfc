package dev.headroom.wire.layerconfig;

import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.Input;
import dev.headroom.wire.json.MessageWriter;
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

  /// Tells two configurations apart, run and job included, however they were written. That of a
  /// configuration without a run is made in two steps, so that it equals the one in summaries of
  /// releases that took the first step's hash for its run.
  public static String content(LayerConfig config) {
    byte[] json = encode(config);
    return hash(config.run() == null ? encode(config, hash(json)) : json);
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
          out.string("schema", LayerConfigDecoder.SCHEMA);
          out.string("job", config.job());
          out.string("run", run);
          out.string("model", orNull(config.model()));
          out.ownership(config.ownership());
          Framework framework = config.framework();
          if (!framework.equals(Framework.UNKNOWN)) {
            out.object(
                "framework",
                inner -> {
                  inner.string("name", orNull(framework.name()));
                  inner.string("version", orNull(framework.version()));
                  inner.string("cuda", orNull(framework.cuda()));
                });
          }
          setup(config.setup(), out);
          switch (config.description()) {
            case Network network -> network(network, out);
            case Undescribed undescribed -> {
              out.startArray("inputs");
              out.endArray();
              out.string("unsupported", undescribed.reason());
            }
          }
        });
  }

  private static void setup(TrainingSetup setup, MessageWriter out) throws IOException {
    out.string("mode", setup.mode().wireName());
    out.integer("batch_size", setup.batchSize());
    Precision precision = setup.precision();
    out.object(
        "precision",
        inner -> {
          inner.string("parameters", precision.parameters().wireName());
          if (precision.isAutocast()) {
            inner.string("autocast", precision.autocast().wireName());
          }
        });
    Optimizer optimizer = setup.optimizer();
    out.object(
        "optimizer",
        inner -> {
          inner.string("type", optimizer.kind().wireName());
          inner.number("momentum", optimizer.momentum());
          if (optimizer.weightDecay() > 0) {
            inner.number("weight_decay", optimizer.weightDecay());
          }
          inner.bool("nesterov", optimizer.nesterov());
          inner.bool("amsgrad", optimizer.amsgrad());
          inner.bool("centered", optimizer.centered());
          inner.string("implementation", optimizer.implementation().wireName());
        });
    Gradients gradients = setup.gradients();
    out.object(
        "gradients",
        inner -> {
          inner.bool("set_to_none", gradients.setToNone());
          inner.integer("accumulation_steps", gradients.accumulationSteps());
        });
    Parallelism parallelism = setup.parallelism();
    out.object(
        "parallelism",
        inner -> {
          inner.string("strategy", parallelism.strategy().wireName());
          inner.integer("world_size", parallelism.worldSize());
          inner.bool("gradient_as_bucket_view", parallelism.gradientAsBucketView());
          inner.nonEmptyStrings("wrapped", parallelism.wrapped());
          if (!parallelism.reshardAfterForward()) {
            inner.bool("reshard_after_forward", false);
          }
          if (parallelism.bucketCapMb() != Parallelism.DEFAULT_BUCKET_CAP_MB) {
            inner.integer("bucket_cap_mb", parallelism.bucketCapMb());
          }
        });
    out.nonEmptyStrings("checkpointing", setup.checkpointing());
    if (setup.expandableSegments()) {
      out.object("allocator", inner -> inner.bool("expandable_segments", true));
    }
  }

  private static void network(Network network, MessageWriter out) throws IOException {
    out.startArray("inputs");
    for (Input input : network.inputs()) {
      out.element(
          inner -> {
            inner.string("name", input.name());
            inner.shape("shape", input.shape());
            inner.string("dtype", input.dtype().wireName());
            if (!input.dynamic().isEmpty()) {
              inner.namesOrNull("dynamic", input.dynamic());
            }
          });
    }
    out.endArray();
    out.string("lifetimes", network.lifetimes().wireName());
    out.startArray("layers");
    for (Layer layer : network.layers()) {
      out.element(inner -> layer(layer, inner));
    }
    out.endArray();
    out.strings("outputs", network.outputs());
    out.object(
        "loss",
        inner -> {
          inner.string("type", network.loss().kind().wireName());
          inner.strings("inputs", network.loss().inputs());
        });
  }

  private static void layer(Layer layer, MessageWriter out) throws IOException {
    out.string("name", layer.name());
    out.strings("inputs", layer.inputs());
    OperationEncoder.write(layer.operation(), out);
    Layer.Traits traits = layer.traits();
    out.string("shares", orNull(traits.shares()));
    out.string("weight", orNull(traits.weight()));
    out.string("bias_from", orNull(traits.biasFrom()));
    out.string("held_until", orNull(traits.heldUntil()));
    out.string("call", orNull(traits.call()));
    if (!traits.trainable()) {
      out.bool("trainable", false);
    }
    if (traits.trainingOnly()) {
      out.bool("training_only", true);
    }
    if (!traits.autocast()) {
      out.bool("autocast", false);
    }
    if (traits.heldInEvaluation()) {
      out.bool("held_in_evaluation", true);
    }
    if (traits.heldInTraining()) {
      out.bool("held_in_training", true);
    }
    if (!traits.requiresGrad()) {
      out.bool("requires_grad", false);
    }
    switch (traits.batched()) {
      case DEFAULT -> {}
      case BATCHED -> out.bool("batched", true);
      case FIXED -> out.bool("batched", false);
    }
    if (traits.dtype() != null) {
      out.string("dtype", traits.dtype().wireName());
    }
    if (traits.placed() >= 0) {
      out.integer("placed", traits.placed());
    }
    if (traits.stepped() >= 0) {
      out.integer("stepped", traits.stepped());
    }
    if (traits.gradientCopies() >= 0) {
      out.integer("gradient_copies", traits.gradientCopies());
    }
    DynamicFields.write(traits.dynamic(), out);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
