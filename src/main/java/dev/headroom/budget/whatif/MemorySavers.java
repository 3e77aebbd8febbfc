package dev.headroom.budget.whatif;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Optimizer.Implementation;
import dev.headroom.network.setup.Optimizer.Kind;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Every change of the set-up that would lower the job's peak, each one predicted.
public final class MemorySavers {

  /// Deeper module paths are single layers in every network seen.
  public static final int DEEPEST_MODULES = 4;

  private static final int NAMED_MODULES = 2;

  /// A change that saves less of the peak than this is not worth its mention.
  private static final double LEAST = 0.01;

  private final Function<LayerConfig, Prediction> predict;
  private final DType half;

  /// @param half the 16-bit format that the GPU computes in
  public MemorySavers(Function<LayerConfig, Prediction> predict, DType half) {
    this.predict = predict;
    this.half = half;
  }

  /// Changes that save a hundredth of the peak or more, what saves most first; of the ways to
  // checkpoint the best one.
  public List<MemorySaver> of(LayerConfig config, Budget now) {
    var found = new ArrayList<MemorySaver>();
    changes(config.setup())
        .forEach((change, setup) -> saving(config, now, change, setup).ifPresent(found::add));
    checkpointed(config).entrySet().stream()
        .flatMap(way -> saving(config, now, way.getKey(), way.getValue()).stream())
        .max(Comparator.comparing(MemorySaver::device))
        .ifPresent(found::add);
    found.sort(Comparator.comparing(MemorySaver::device).reversed());
    return List.copyOf(found);
  }

  private Optional<MemorySaver> saving(
      LayerConfig config, Budget now, String change, TrainingSetup setup) {
    if (predict.apply(config.withSetup(setup)) instanceof Budget then) {
      MemorySize saved = now.peak().device().minusOrZero(then.peak().device());
      return saved.bytes() < LEAST * now.peak().device().bytes()
          ? Optional.empty()
          : Optional.of(new MemorySaver(change, setup, saved, then));
    }
    return Optional.empty();
  }

  private Map<String, TrainingSetup> changes(TrainingSetup setup) {
    var changes = new LinkedHashMap<String, TrainingSetup>();
    if (setup.precision().equals(Precision.FLOAT32)) {
      boolean scales = half == DType.FLOAT16 && setup.mode() == RunMode.TRAINING;
      changes.put(
          "autocast to %s%s".formatted(half.wireName(), scales ? ", with a GradScaler" : ""),
          setup.withPrecision(new Precision(DType.FLOAT32, half)));
    }
    switch (setup.mode()) {
      case INFERENCE -> {
        if (!setup.precision().parameters().isHalf()) {
          changes.put(
              "the whole model in " + half.wireName(),
              setup.withPrecision(new Precision(half, half)));
        }
      }
      case TRAINING -> training(setup, changes);
    }
    if (setup.batchSize() > 1 && setup.mode() == RunMode.INFERENCE) {
      int half = Math.ceilDiv(setup.batchSize(), 2);
      changes.put("half the batch (" + half + ")", setup.withBatchSize(half));
    }
    return changes;
  }

  private static void training(TrainingSetup setup, Map<String, TrainingSetup> changes) {
    Gradients gradients = setup.gradients();
    if (setup.batchSize() > 1) {
      int half = Math.ceilDiv(setup.batchSize(), 2);
      int steps = gradients.accumulationSteps() * 2;
      changes.put(
          "a batch of %d, gradients accumulated over %d".formatted(half, steps),
          setup.withBatchSize(half).withGradients(new Gradients(gradients.setToNone(), steps)));
    }
    if (!gradients.setToNone()) {
      changes.put(
          "zero_grad(set_to_none=True)",
          setup.withGradients(new Gradients(true, gradients.accumulationSteps())));
    }
    Optimizer optimizer = setup.optimizer();
    if (optimizer.kind() == Kind.ADAM || optimizer.kind() == Kind.ADAMW) {
      if (optimizer.implementation() != Implementation.FUSED) {
        changes.put(
            "fused=True in the optimizer",
            setup.withOptimizer(optimizer.with(optimizer.kind(), Implementation.FUSED)));
      }
      changes.put(
          "8-bit Adam",
          setup.withOptimizer(optimizer.with(Kind.ADAM8BIT, optimizer.implementation())));
    }
    Parallelism parallelism = setup.parallelism();
    if (parallelism.strategy() == Strategy.DDP && !parallelism.gradientAsBucketView()) {
      changes.put(
          "gradient_as_bucket_view=True",
          setup.withParallelism(new Parallelism(Strategy.DDP, parallelism.worldSize(), true)));
    }
    if (parallelism.strategy() == Strategy.DDP && parallelism.worldSize() > 1) {
      changes.put(
          "FSDP over %d ranks".formatted(parallelism.worldSize()),
          setup.withParallelism(new Parallelism(Strategy.FSDP, parallelism.worldSize(), false)));
    }
  }

  /// Ways to checkpoint: at each depth of the module tree, all modules that have several layers.
  /// Each has its words for people.
  public static Map<String, TrainingSetup> checkpointed(LayerConfig config) {
    TrainingSetup setup = config.setup();
    var ways = new LinkedHashMap<String, TrainingSetup>();
    if (setup.mode() != RunMode.TRAINING
        || !setup.checkpointing().isEmpty()
        || !(config.description() instanceof Network network)) {
      return ways;
    }
    Set<Set<String>> seen = new LinkedHashSet<>();
    for (int depth = 1; depth <= DEEPEST_MODULES; depth++) {
      Set<String> modules = modulesAt(depth, network);
      if (!modules.isEmpty() && seen.add(modules)) {
        ways.put(named(modules), setup.withCheckpointing(List.copyOf(modules)));
      }
    }
    return ways;
  }

  /// Modules at a depth of the module tree, from 1, that have several layers; in execution order.
  public static Set<String> modulesAt(int depth, Network network) {
    var layers = new LinkedHashMap<String, Integer>();
    for (Layer layer : network.layers()) {
      int end = -1;
      for (int dots = 0; dots < depth; dots++) {
        end = layer.name().indexOf('.', end + 1);
        if (end < 0) {
          break;
        }
      }
      if (end > 0) {
        layers.merge(layer.name().substring(0, end), 1, Integer::sum);
      }
    }
    layers.values().removeIf(count -> count < 2);
    return layers.keySet();
  }

  private static String named(Set<String> modules) {
    List<String> names = List.copyOf(modules);
    return names.size() <= NAMED_MODULES
        ? "checkpoint " + String.join(", ", names)
        : "checkpoint %s to %s (%d modules)"
            .formatted(names.getFirst(), names.getLast(), names.size());
  }
}
