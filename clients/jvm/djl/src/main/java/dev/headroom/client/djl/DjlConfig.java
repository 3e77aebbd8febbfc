package dev.headroom.client.djl;

import ai.djl.engine.Engine;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.TrainingConfig;
import ai.djl.training.loss.L1Loss;
import ai.djl.training.loss.L2Loss;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SigmoidBinaryCrossEntropyLoss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.training.optimizer.Adadelta;
import ai.djl.training.optimizer.Adagrad;
import ai.djl.training.optimizer.Adam;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Nag;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.optimizer.RmsProp;
import ai.djl.training.optimizer.Sgd;
import dev.headroom.client.LayerConfig;
import java.lang.reflect.Field;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Derives a layer config from what DJL knows of a training. */
final class DjlConfig {
  private static final String INPUT = "x";

  private DjlConfig() {}

  /**
   * The config of an initialized block that is trained so.
   *
   * @param run tells this start of the job apart, or null
   */
  static LayerConfig of(
      String job, String run, String model, Block block, int batchSize, TrainingConfig training) {
    LayerConfig.Builder config =
        LayerConfig.builder(job, batchSize)
            .model(model)
            .framework(
                "djl-" + Engine.getInstance().getEngineName().toLowerCase(Locale.ROOT),
                Engine.getDjlVersion());
    if (run != null) {
      config.run(run);
    }
    Shape[] inputs = block.getInputShapes();
    if (inputs.length != 1 || inputs[0].dimension() < 2) {
      return config.unsupported("a block of " + inputs.length + " inputs").build();
    }
    config.input(INPUT, BlockWalk.withoutBatch(inputs[0]), "float32");
    Optional<Map<String, ?>> optimizer = optimizer(training.getOptimizer());
    if (optimizer.isEmpty()) {
      return config
          .unsupported("an optimizer of " + training.getOptimizer().getClass().getName())
          .build();
    }
    config.optimizer((String) optimizer.get().get("type"), optimizer.get());
    BlockWalk walk = new BlockWalk(config, INPUT, inputs[0]);
    try {
      walk.walk("", block);
    } catch (BlockWalk.UnknownBlockException e) {
      return config.unsupported(e.getMessage()).build();
    }
    return config.loss(loss(training.getLossFunction()), walk.value()).build();
  }

  /** Its type and attributes; empty for one that we do not know. */
  static Optional<Map<String, ?>> optimizer(Optimizer optimizer) {
    if (optimizer instanceof Sgd || optimizer instanceof Nag) {
      return momentum(optimizer)
          .map(
              momentum ->
                  optimizer instanceof Nag
                      ? Map.of("momentum", momentum, "nesterov", true)
                      : Map.of("momentum", momentum))
          .map(attributes -> forLoop("sgd", attributes));
    }
    if (optimizer instanceof AdamW) {
      return Optional.of(forLoop("adamw", Map.of()));
    }
    if (optimizer instanceof Adam) {
      return Optional.of(forLoop("adam", Map.of()));
    }
    if (optimizer instanceof RmsProp) {
      return Optional.of(forLoop("rmsprop", Map.of()));
    }
    if (optimizer instanceof Adagrad) {
      return Optional.of(forLoop("adagrad", Map.of()));
    }
    return optimizer instanceof Adadelta
        ? Optional.of(forLoop("adadelta", Map.of()))
        : Optional.empty();
  }

  /** DJL steps one parameter after the other. */
  private static Map<String, ?> forLoop(String type, Map<String, ?> attributes) {
    Map<String, Object> all = new TreeMap<>(attributes);
    all.put("type", type);
    all.put("implementation", "for_loop");
    return all;
  }

  /** Whether there is state depends on it, and DJL tells it to nobody: its field is read. */
  private static Optional<Float> momentum(Optimizer optimizer) {
    try {
      Field momentum = optimizer.getClass().getDeclaredField("momentum");
      momentum.setAccessible(true);
      return Optional.of(momentum.getFloat(optimizer));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static String loss(Loss loss) {
    if (loss instanceof SoftmaxCrossEntropyLoss) {
      return "cross_entropy";
    }
    if (loss instanceof SigmoidBinaryCrossEntropyLoss) {
      return "bce_with_logits";
    }
    if (loss instanceof L2Loss) {
      return "mse";
    }
    return loss instanceof L1Loss ? "l1" : "none";
  }
}
