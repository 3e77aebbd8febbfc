package dev.headroom.plan.change;

import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Optimizer.Implementation;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.plan.change.Trial.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Changes that are a short list of set-ups.
final class PlainChanges {

  /// More ranks than this are a matter of another plan.
  private static final int MAX_RANKS = 256;

  private PlainChanges() {}

  /// The optimizer's step in one kernel, without copies of all gradients in hand.
  static List<Outcome> fused(Outcome from, Trial trial) {
    TrainingSetup setup = from.config().setup();
    Optimizer optimizer = setup.optimizer();
    var changes = new LinkedHashMap<String, TrainingSetup>();
    boolean has =
        switch (optimizer.kind()) {
          case SGD, ADAM, ADAMW -> true;
          default -> false;
        };
    if (setup.mode() == RunMode.TRAINING
        && has
        && optimizer.implementation() != Implementation.FUSED) {
      changes.put(
          "fused=True in the optimizer",
          setup.withOptimizer(optimizer.with(optimizer.kind(), Implementation.FUSED)));
    }
    return tried(from, trial, changes);
  }

  /// Half precision where the GPU computes in it.
  static List<Outcome> autocast(Outcome from, Trial trial) {
    TrainingSetup setup = from.config().setup();
    boolean bfloat16 = trial.device().hasBfloat16();
    DType half = bfloat16 ? DType.BFLOAT16 : DType.FLOAT16;
    var changes = new LinkedHashMap<String, TrainingSetup>();
    if (setup.precision().equals(Precision.FLOAT32)) {
      boolean scales = !bfloat16 && setup.mode() == RunMode.TRAINING;
      changes.put(
          "autocast to %s%s".formatted(half.wireName(), scales ? ", with a GradScaler" : ""),
          setup.withPrecision(new Precision(DType.FLOAT32, half)));
    }
    if (setup.mode() == RunMode.INFERENCE && !setup.precision().parameters().isHalf()) {
      changes.put(
          "the whole model in " + half.wireName(), setup.withPrecision(new Precision(half, half)));
    }
    return tried(from, trial, changes);
  }

  /// Smaller micro-batches, of which as many make a step as give the same batch.
  static List<Outcome> accumulation(Outcome from, Trial trial) {
    TrainingSetup setup = from.config().setup();
    Gradients gradients = setup.gradients();
    var changes = new LinkedHashMap<String, TrainingSetup>();
    int batch = setup.mode() == RunMode.TRAINING ? setup.batchSize() : 1;
    for (int parts = 2; parts <= batch; parts++) {
      if (batch % parts == 0) {
        int steps = Math.multiplyExact(gradients.accumulationSteps(), parts);
        changes.put(
            "micro-batches of %d, gradients accumulated over %d".formatted(batch / parts, steps),
            setup
                .withBatchSize(batch / parts)
                .withGradients(new Gradients(gradients.setToNone(), steps)));
      }
    }
    return tried(from, trial, changes);
  }

  /// Optimizer state, gradients, at last parameters divided among ranks; the batch of each rank
  /// stays.
  static List<Outcome> sharding(Outcome from, Trial trial) {
    TrainingSetup setup = from.config().setup();
    Parallelism now = setup.parallelism();
    var changes = new LinkedHashMap<String, TrainingSetup>();
    List<Strategy> further = setup.mode() == RunMode.TRAINING ? further(now.strategy()) : List.of();
    boolean divided = now.strategy() != Strategy.NONE && now.strategy() != Strategy.DDP;
    for (int ranks = Math.max(2, now.worldSize()); ranks <= MAX_RANKS; ranks *= 2) {
      for (Strategy strategy : further) {
        if (strategy != now.strategy() || ranks != now.worldSize()) {
          changes.put(
              "%s over %d ranks".formatted(name(strategy), ranks),
              setup.withParallelism(new Parallelism(strategy, ranks, false)));
        }
      }
      if (divided && ranks > now.worldSize() * 16) {
        break;
      }
    }
    return tried(from, trial, changes);
  }

  /// The strategy that a job has and those that divide more.
  private static List<Strategy> further(Strategy now) {
    return switch (now) {
      case NONE, DDP -> List.of(Strategy.ZERO1, Strategy.ZERO2, Strategy.FSDP);
      case ZERO1 -> List.of(Strategy.ZERO1, Strategy.ZERO2, Strategy.FSDP);
      case ZERO2 -> List.of(Strategy.ZERO2, Strategy.FSDP);
      case ZERO3, FSDP -> List.of(now);
      case PIPELINE, TENSOR -> List.of();
    };
  }

  private static String name(Strategy strategy) {
    return switch (strategy) {
      case ZERO1 -> "ZeRO stage 1";
      case ZERO2 -> "ZeRO stage 2";
      case ZERO3 -> "ZeRO stage 3";
      default -> strategy.name();
    };
  }

  private static List<Outcome> tried(
      Outcome from, Trial trial, Map<String, TrainingSetup> changes) {
    var tried = new ArrayList<Outcome>();
    for (Map.Entry<String, TrainingSetup> change : changes.entrySet()) {
      Optional<Outcome> outcome = trial.of(from, change.getKey(), change.getValue());
      if (outcome.isPresent()) {
        tried.add(outcome.get());
        if (outcome.get().fits()) {
          break;
        }
      }
    }
    return tried;
  }
}
