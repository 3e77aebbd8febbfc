package dev.headroom.calibration.drift;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.whatif.MemorySavers;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// All that may be otherwise about a job but its batch size, which is solved for.
final class Hypotheses {

  /// What people choose, likeliest first, and how it is called.
  private static final Map<String, String> OPTIMIZERS = new LinkedHashMap<>();

  static {
    OPTIMIZERS.put("adamw", "adam or adamw");
    OPTIMIZERS.put("momentum", "sgd with momentum");
    OPTIMIZERS.put("sgd", "sgd without momentum");
    OPTIMIZERS.put("adamw,fused", "adam or adamw, fused");
    OPTIMIZERS.put("rmsprop", "rmsprop");
    OPTIMIZERS.put("adamw,amsgrad", "adam or adamw with amsgrad");
    OPTIMIZERS.put("adagrad", "adagrad");
    OPTIMIZERS.put("adadelta", "adadelta");
    OPTIMIZERS.put("rmsprop,momentum=0.9", "rmsprop with momentum");
    OPTIMIZERS.put("rmsprop,centered,momentum=0.9", "centered rmsprop with momentum");
    OPTIMIZERS.put("adamw,for_loop", "adam or adamw, for_loop");
  }

  /// A forward pass finds the segments of the training before it, and leaves little of them unused.
  private static final double REUSED_SEGMENTS = 1.03;

  private static final double LIKELY = 0;
  private static final double POSSIBLE = 1;
  private static final double RARE = 2;

  private final LayerConfig config;
  private final Budget budget;
  private final PredictedPeak declared;
  private final Function<LayerConfig, Prediction> predict;
  private final List<Hypothesis> found = new ArrayList<>();

  private Hypotheses(LayerConfig config, Budget budget, Function<LayerConfig, Prediction> predict) {
    this.config = config;
    this.budget = budget;
    this.declared = PredictedPeak.of(config, budget.peak());
    this.predict = predict;
  }

  static List<Hypothesis> of(
      LayerConfig config, Budget budget, Function<LayerConfig, Prediction> predict) {
    var all = new Hypotheses(config, budget, predict);
    if (config.description() instanceof Network network) {
      all.precisions();
      all.evaluation();
      all.secondModel(network);
      Resolutions.of(config, network).forEach(all::resolution);
      if (config.setup().mode() == RunMode.TRAINING) {
        all.optimizers();
        all.gradients();
        all.checkpointing();
        all.buckets();
      }
    }
    return all.found;
  }

  private void resolution(Resolutions.Changed changed) {
    add(DriftCause.INPUT_RESOLUTION, changed.words(), POSSIBLE, changed.config());
  }

  private void optimizers() {
    Optimizer now = config.setup().optimizer();
    OPTIMIZERS.forEach(
        (name, words) -> {
          LayerConfig changed = new WhatIf(null, null, name, null, null).applied(config);
          add(
              DriftCause.OPTIMIZER,
              "%s (declared %s)".formatted(words, name(now)),
              name.equals("adamw") || name.equals("momentum") ? LIKELY : POSSIBLE,
              changed);
        });
  }

  private void precisions() {
    Precision now = config.setup().precision();
    for (Precision other :
        List.of(
            Precision.FLOAT32,
            new Precision(DType.FLOAT32, DType.BFLOAT16),
            new Precision(DType.FLOAT32, DType.FLOAT16),
            new Precision(DType.BFLOAT16, DType.BFLOAT16))) {
      add(
          DriftCause.PRECISION,
          "%s (declared %s)".formatted(name(other), name(now)),
          other.isAutocast() ? LIKELY : POSSIBLE,
          config.withSetup(config.setup().withPrecision(other)));
    }
  }

  private void gradients() {
    Gradients now = config.setup().gradients();
    if (now.setToNone()) {
      add(
          DriftCause.GRADIENTS_KEPT,
          "gradients kept between steps (declared set to None)",
          POSSIBLE,
          config.withSetup(
              config.setup().withGradients(new Gradients(false, now.accumulationSteps()))));
    }
    if (now.accumulationSteps() == 1) {
      add(
          DriftCause.GRADIENTS_KEPT,
          "gradients accumulated over several batches (declared one)",
          POSSIBLE,
          config.withSetup(config.setup().withGradients(new Gradients(now.setToNone(), 2))));
    }
  }

  private void checkpointing() {
    TrainingSetup setup = config.setup();
    if (!setup.checkpointing().isEmpty()) {
      add(
          DriftCause.CHECKPOINTING,
          "no checkpointing (declared %d modules)".formatted(setup.checkpointing().size()),
          LIKELY,
          config.withSetup(setup.withCheckpointing(List.of())));
    } else {
      MemorySavers.checkpointed(config)
          .forEach(
              (words, changed) ->
                  add(
                      DriftCause.CHECKPOINTING,
                      words.replaceFirst("^checkpoint", "checkpointing of") + " (declared none)",
                      POSSIBLE,
                      config.withSetup(changed)));
    }
  }

  private void buckets() {
    if (config.setup().parallelism().strategy() == Strategy.NONE) {
      add(
          DriftCause.DDP_BUCKETS,
          "DDP's gradient buckets (declared none)",
          POSSIBLE,
          config.withSetup(
              config.setup().withParallelism(new Parallelism(Strategy.DDP, 2, false))));
    }
  }

  /// The model once more, in blocks of the allocator's size.
  private void secondModel(Network network) {
    MemorySize copy = ModelCopy.of(config, network);
    found.add(
        Hypothesis.modelled(
            DriftCause.SECOND_MODEL,
            "a second copy of the model, such as a moving average or a teacher",
            POSSIBLE,
            declared.allocated().plus(copy),
            declared.reserved().plus(copy),
            declared));
  }

  /// A forward pass that keeps its graph; a second one begins while the first one's result has its
  /// name still.
  private void evaluation() {
    Budget trained = budget;
    if (config.setup().mode() == RunMode.INFERENCE) {
      LayerConfig training = config.withSetup(config.setup().withMode(RunMode.TRAINING));
      LayerConfig plain = new WhatIf(null, null, "sgd", null, null).applied(training);
      if (!(predict.apply(plain) instanceof Budget own)) {
        return;
      }
      trained = own;
      addForward("an evaluation without torch.no_grad", trained, trained.afterForward());
    }
    addForward(
        "an evaluation without torch.no_grad that holds two batches' graphs",
        trained,
        trained.afterForward().plus(trained.saved()));
  }

  private void addForward(String words, Budget trained, MemorySize tensors) {
    double blocks =
        (double) trained.peak().allocated().bytes() / Math.max(1, trained.peak().tensor().bytes());
    var allocated = new MemorySize(Math.round(tensors.bytes() * blocks));
    var reserved = new MemorySize(Math.round(allocated.bytes() * REUSED_SEGMENTS));
    found.add(
        Hypothesis.modelled(
            DriftCause.EVALUATION_WITH_GRADIENTS,
            words,
            POSSIBLE,
            larger(declared.allocated(), allocated),
            larger(declared.reserved(), reserved),
            declared));
  }

  private void add(DriftCause cause, String words, double surprise, LayerConfig changed) {
    if (!changed.equals(config) && predict.apply(changed) instanceof Budget other) {
      found.add(Hypothesis.exact(cause, words, surprise, changed, other));
    }
  }

  /// Another batch size; twice or half is likelier than a number that nobody chooses.
  static Hypothesis ofBatch(LayerConfig config, LayerConfig changed, Budget budget) {
    int declared = config.setup().batchSize();
    int batch = changed.setup().batchSize();
    boolean isDoubled =
        batch == 2 * declared
            || 2 * batch == declared
            || batch == 4 * declared
            || 4 * batch == declared;
    boolean isRound = batch % 8 == 0 || declared % batch == 0 || batch % declared == 0;
    return Hypothesis.exact(
        DriftCause.BATCH_SIZE,
        "batch %d (declared %d)".formatted(batch, declared),
        isDoubled ? LIKELY : isRound ? POSSIBLE : RARE,
        changed,
        budget);
  }

  private static MemorySize larger(MemorySize one, MemorySize other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private static String name(Precision precision) {
    return precision.isAutocast()
        ? "autocast to " + precision.autocast().wireName()
        : precision.parameters().wireName();
  }

  private static String name(Optimizer optimizer) {
    String name = optimizer.kind().wireName();
    return optimizer.momentum() > 0 ? name + " with momentum" : name;
  }
}
